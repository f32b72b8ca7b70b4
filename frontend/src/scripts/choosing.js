// Rows that are ticked: one box ticks the page, a line says how many. Without a script each box works alone.
function count(form) {
  const boxes = [...document.querySelectorAll(`input[type=checkbox][form="${form.id}"]`)]
  const chosen = boxes.filter((box) => box.checked).length
  form.classList.toggle('bulk-chosen', chosen > 0)
  const line = form.querySelector('[data-chosen]')
  if (line) line.textContent = chosen ? `已选 ${chosen} 家` : '勾选企业后办理'
  const all = form.querySelector('[data-chooses-all]')
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length
    all.indeterminate = chosen > 0 && chosen < boxes.length
  }
}

export function listenForChoices(root) {
  root.addEventListener('change', (event) => {
    const box = event.target
    const form = box.form && box.form.matches('[data-chooses]') ? box.form : null
    if (!form) return
    if (box.matches('[data-chooses-all]')) {
      for (const one of document.querySelectorAll(`input[type=checkbox][form="${form.id}"]`)) one.checked = box.checked
    }
    count(form)
  })
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('[data-chooses]')) count(form)
  })
}
