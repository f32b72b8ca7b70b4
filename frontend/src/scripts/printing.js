// data-prints prints the page; a page that carries data-printed was asked for to be printed, and opens the browser's
// dialog once: not again when it is loaded anew or come back to.
function isFirstVisit() {
  const [entry] = performance.getEntriesByType('navigation')
  return !entry || entry.type === 'navigate'
}

// What a list is filtered by, for paper, where the form itself is not shown; chips already say it in words
function asked(form) {
  const fields = [...form.querySelectorAll('input:not([type=hidden]), select')]
  const given = fields.filter((field) => field.value && (field.type !== 'checkbox' || field.checked))
  return given.map((field) => {
    const name = field.closest('label') && field.closest('label').querySelector('.unseen')
    const value = field.selectedOptions ? field.selectedOptions[0].textContent : field.value
    return name ? `${name.textContent.trim()}：${value.trim()}` : value.trim()
  })
}

function stateFilters(root) {
  for (const form of root.querySelectorAll('form.filters')) {
    if (form.parentElement.querySelector('.chips')) continue
    const line = document.createElement('p')
    line.className = 'print-only print-filters'
    line.textContent = `筛选条件：${asked(form).join('；') || '全部'}`
    form.after(line)
  }
}

export function listenForPrinting(root) {
  stateFilters(root)
  root.addEventListener('click', (event) => {
    if (event.target.closest('[data-prints]')) window.print()
  })
  if (root.querySelector('[data-printed]') && isFirstVisit()) {
    window.addEventListener('load', () => setTimeout(() => window.print(), 100))
  }
}
