// 推进看板. Cards move by drag, by keyboard and by menu; all three end in Moves, which asks the one door of cases.
import { listenForChoices } from './board/choices.js'
import { listenForDrags } from './board/drags.js'
import { listenForKeys } from './board/keys.js'
import { Moves } from './board/moves.js'

// One column at a time on a narrow screen, chosen by its tab; the wide screen shows all
function listenForTabs(root, board) {
  const tabs = [...root.querySelectorAll('[data-board-tab]')]
  const show = (state) => {
    board.dataset.shown = state
    for (const column of board.children) column.classList.toggle('board-column-shown', column.dataset.column === state)
    for (const tab of tabs) {
      if (tab.dataset.boardTab === state) tab.setAttribute('aria-current', 'true')
      else tab.removeAttribute('aria-current')
    }
  }
  for (const tab of tabs) {
    tab.addEventListener('click', (event) => {
      event.preventDefault()
      show(tab.dataset.boardTab)
    })
  }
  show(tabs[0].dataset.boardTab)
}

// The box of further filters closes as a menu does
function listenForMore(root) {
  const more = root.querySelector('.board-more')
  root.addEventListener('click', (event) => {
    if (!more.contains(event.target)) more.open = false
  })
  more.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    more.open = false
    more.querySelector('summary').focus()
  })
}

export function listenForBoard(root) {
  const board = root.getElementById('board')
  if (!board) return
  listenForTabs(root, board)
  listenForMore(root)
  if (!('mayWrite' in board.dataset)) return
  const moves = new Moves(root, board)
  listenForDrags(root, board, moves)
  listenForKeys(board, moves)
  listenForChoices(root, board)
}
