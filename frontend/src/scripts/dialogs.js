// data-opens="id" opens a dialog, data-closes closes the one around it. An old kernel without showModal() gets an open
// block in the page; without any script the same form stands on a page of its own (the href of the opener).
export function open(dialog) {
  const opener = document.activeElement
  if (dialog.showModal) dialog.showModal()
  else dialog.setAttribute('open', '')
  dialog.addEventListener('close', () => comeBack(opener), { once: true })
  const first = dialog.querySelector('select, textarea, input:not([type=hidden])')
  if (first) first.focus()
}

// Kernels before 2022 leave the focus nowhere; a caller that has put it elsewhere by then keeps it there
function comeBack(opener) {
  if (document.activeElement === document.body && opener && opener.isConnected) opener.focus()
}

export function close(dialog) {
  if (dialog.close) dialog.close()
  else dialog.removeAttribute('open')
}

// A form that came back with errors is rendered open; a script can make it modal as it was before
function reopen(root) {
  for (const dialog of root.querySelectorAll('dialog[data-modal]')) {
    dialog.removeAttribute('open')
    open(dialog)
  }
}

export function listenForDialogs(root) {
  reopen(root)
  root.addEventListener('click', (event) => {
    const opener = event.target.closest('[data-opens]')
    if (opener) {
      event.preventDefault()
      open(document.getElementById(opener.dataset.opens))
    }
    const closer = event.target.closest('[data-closes]')
    if (closer) close(closer.closest('dialog'))
  })
}
