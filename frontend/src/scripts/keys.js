// "/" goes to the search of the page, "?" shows what the keys do. Not while somebody types, not inside a dialog, and
// never with Ctrl, Alt or Meta, which belong to the browser.
import { open } from './dialogs.js'

const TYPED = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]'

function search(root) {
  const field = [...root.querySelectorAll('input[type=search]')].find((one) => one.getClientRects().length)
  if (field) {
    field.focus()
    field.select()
  }
  return Boolean(field)
}

export function listenForKeys(root) {
  if (location.hash === '#search') search(root)
  root.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || event.isComposing) return
    if (event.target.closest(TYPED) || root.querySelector('dialog[open]')) return
    const help = root.getElementById('keys')
    if (event.key === '/' || event.key === '／') {
      event.preventDefault()
      const elsewhere = root.querySelector('[data-search]')
      if (!search(root) && elsewhere) location.assign(`${elsewhere.href}#search`)
    } else if ((event.key === '?' || event.key === '？') && help) {
      event.preventDefault()
      open(help)
    }
  })
}
