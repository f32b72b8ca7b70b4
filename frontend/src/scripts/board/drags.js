// Cards follow the pointer. The browser's own drag is not used: it knows no touch and shows no column as it should.
import Sortable from 'sortablejs'

export function listenForDrags(root, board, moves) {
  const lists = [...root.querySelectorAll('[data-list]')]
  const narrow = window.matchMedia('(max-width: 900px)')
  let home = null
  const drags = lists.map(
    (list) =>
      new Sortable(list, {
        group: 'board',
        draggable: '.board-card',
        filter: 'input, .board-choose, .board-menu',
        preventOnFilter: false,
        sort: false,
        forceFallback: true,
        fallbackOnBody: true,
        fallbackTolerance: 5,
        delay: 150,
        delayOnTouchOnly: true,
        animation: 0,
        disabled: narrow.matches,
        ghostClass: 'board-card-ghost',
        dragClass: 'board-card-dragged',
        onStart({ item, from }) {
          home = { list: from, next: item.nextElementSibling }
          root.body.classList.add('board-dragging')
          show(item)
        },
        onEnd({ item, from, to }) {
          root.body.classList.remove('board-dragging')
          for (const place of root.querySelectorAll('.board-open')) place.classList.remove('board-open')
          const { list, next } = home
          const comeBack = () => list.insertBefore(item, next && next.parentNode === list ? next : null)
          if (to !== from) moves.go(item, to.dataset.list, comeBack)
        },
      }),
  )

  // Where the card in hand may be put down
  function show(card) {
    for (const state of moves.targets(card)) {
      root.querySelector(`[data-column="${state}"], [data-end="${state}"]`).classList.add('board-open')
    }
  }

  narrow.addEventListener('change', () => {
    for (const drag of drags) drag.option('disabled', narrow.matches)
  })
}
