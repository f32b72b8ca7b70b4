// What a script asked for and did not get is said where the reader is: what failed, in the server's own words, with
// the code and the number of the request. One notice at a time: a page that asks every second does not pile them up.
const WORDS = {
  403: '页面打开太久，或您不能办理这一步。请刷新页面后再试。',
  404: '内容已不存在，或不在您的辖区和权限之内。',
  409: '这条记录刚被他人更新，您的操作没有写入。请刷新页面。',
  413: '上传的内容超过上限。',
  429: '操作太频繁，请稍候再试。',
}
const NO_NETWORK = '连不上服务器，这次操作没有完成。请检查网络后再试。'
const BROKEN = '系统没有完成这次操作，数据未受影响。请稍后重试。'

// The sentences of an error page or fragment, without its links
function sentences(html) {
  const box = new DOMParser().parseFromString(html, 'text/html').querySelector('[data-failure]')
  if (!box) return ''
  for (const gone of box.querySelectorAll('a, .failure-foot')) gone.remove()
  return [...box.querySelectorAll('h1, p, li')].map((part) => part.textContent.trim().replace(/\s+/g, ' ')).filter(Boolean).join(' ')
}

export function tell(says, detail = '') {
  let toast = document.getElementById('toast')
  if (!toast) {
    toast = document.createElement('div')
    toast.id = 'toast'
    toast.className = 'toast'
    toast.setAttribute('role', 'alert')
    document.body.append(toast)
  }
  const words = document.createElement('p')
  words.textContent = says
  const small = document.createElement('small')
  small.textContent = detail
  const leave = document.createElement('button')
  leave.type = 'button'
  leave.className = 'button button-small'
  leave.textContent = '知道了'
  leave.addEventListener('click', () => toast.remove())
  toast.replaceChildren(words, small, leave)
}

export function listenForFailures(root) {
  root.addEventListener('htmx:responseError', (event) => {
    const { status, responseText } = event.detail.xhr
    const number = event.detail.xhr.getResponseHeader('X-Request-ID')
    tell(sentences(responseText) || WORDS[status] || BROKEN, `错误 ${status}${number ? ` · 请求号 ${number}` : ''}`)
  })
  for (const name of ['htmx:sendError', 'htmx:timeout']) root.addEventListener(name, () => tell(NO_NETWORK))
}
