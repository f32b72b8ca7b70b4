// A filter form submits itself when a choice changes; empty fields stay out of the address.
// A form that changes something is sent once, however often its button is pressed.
function leaveOutEmpty(form) {
  for (const field of form.elements) {
    if (field.name && field.value === '') field.disabled = true
  }
}

export function listenForForms(root) {
  root.addEventListener('change', (event) => {
    const form = event.target.closest('form[data-submits-itself]')
    if (form && event.target.matches('select, input[type=checkbox]')) form.requestSubmit()
  })
  root.addEventListener('submit', (event) => {
    const form = event.target
    if (form.method === 'get') leaveOutEmpty(form)
    else if (form.dataset.sent) event.preventDefault()
    else form.dataset.sent = 'yes'
  })
  // Back from the next page: the fields are to be usable again
  window.addEventListener('pageshow', () => {
    for (const field of document.querySelectorAll('form[method=get] :disabled')) field.disabled = false
    for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent
  })
}
