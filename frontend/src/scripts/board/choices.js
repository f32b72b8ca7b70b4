// Cards are chosen for a bulk step: the boxes appear on demand, shift chooses a row of them.
export function listenForChoices(root, board) {
  const bar = root.getElementById('board-bulk')
  if (!bar) return
  const count = bar.querySelector('[data-board-chosen]')
  let last = null

  const boxes = () => [...board.querySelectorAll('.board-choose input')]

  function refresh() {
    const chosen = boxes().filter((box) => box.checked).length
    count.textContent = chosen
    bar.hidden = !('choosing' in board.dataset)
    for (const button of bar.querySelectorAll('[data-board-needs-choice]')) button.disabled = !chosen
  }

  function choosing(on) {
    if (on) board.dataset.choosing = ''
    else {
      delete board.dataset.choosing
      for (const box of boxes()) box.checked = false
    }
    refresh()
  }

  root.addEventListener('click', (event) => {
    const toggle = event.target.closest('[data-board-choosing]')
    if (!toggle) return
    event.preventDefault()
    choosing(!('choosing' in board.dataset))
  })
  board.addEventListener('click', (event) => {
    const box = event.target
    if (!box.matches('.board-choose input')) return
    const all = boxes().filter((one) => one.closest('[data-list]') === box.closest('[data-list]'))
    const [a, b] = [all.indexOf(last), all.indexOf(box)]
    if (event.shiftKey && a >= 0) {
      for (const one of all.slice(Math.min(a, b), Math.max(a, b) + 1)) one.checked = box.checked
    }
    last = box
    if (!('choosing' in board.dataset)) choosing(true)
    refresh()
  })
  window.addEventListener('pageshow', refresh)
  refresh()
}
