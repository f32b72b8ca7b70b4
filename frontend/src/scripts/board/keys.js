// The same by keyboard: arrows walk over the cards, space takes one up, arrows choose where to, enter takes the step.
export function listenForKeys(board, moves) {
  const root = board.ownerDocument
  let held = null // the card in hand, the states it may go to, the one now meant

  const cardsOf = (column) => [...column.querySelectorAll('.board-card')]

  function walk(card, down) {
    const cards = cardsOf(card.closest('[data-column]'))
    const next = cards[cards.indexOf(card) + down]
    if (next) next.focus()
  }

  function cross(card, right) {
    const columns = [...board.children].filter((one) => one.contains(card) || cardsOf(one).length)
    const here = columns.findIndex((one) => one.contains(card))
    const there = columns[here + right]
    if (!there) return
    const cards = cardsOf(there)
    cards[Math.min(cardsOf(columns[here]).indexOf(card), cards.length - 1)].focus()
  }

  function mark() {
    for (const place of root.querySelectorAll('.board-target')) place.classList.remove('board-target')
    if (!held) return
    const state = held.states[held.at]
    root.querySelector(`[data-column="${state}"], [data-end="${state}"]`).classList.add('board-target')
    const way = moves.ways[held.card.dataset.state][state]
    moves.tell(`${way.label}，到“${moves.label(state)}”。回车办理，Esc 放回。`)
  }

  function take(card) {
    const states = moves.targets(card)
    if (!states.length) return
    const order = [...board.children].map((one) => one.dataset.column)
    const ahead = states.findIndex((state) => order.indexOf(state) > order.indexOf(card.dataset.state))
    held = { card, states, at: Math.max(ahead, 0) }
    card.classList.add('board-card-held')
    mark()
    moves.tell(`已拿起${card.dataset.firm}。${root.getElementById('board-says').textContent}`)
  }

  function letGo(says) {
    held.card.classList.remove('board-card-held')
    held = null
    mark()
    if (says) moves.tell(says)
  }

  const holding = {
    ArrowLeft: () => ((held.at = Math.max(0, held.at - 1)), mark()),
    ArrowRight: () => ((held.at = Math.min(held.states.length - 1, held.at + 1)), mark()),
    Escape: () => letGo('已放回。'),
    Enter() {
      const { card, states, at } = held
      letGo('')
      moves.go(card, states[at])
    },
    ' ': () => holding.Enter(),
  }
  const free = {
    ArrowUp: (card) => walk(card, -1),
    ArrowDown: (card) => walk(card, 1),
    ArrowLeft: (card) => cross(card, -1),
    ArrowRight: (card) => cross(card, 1),
    ' ': take,
    m: (card) => card.querySelector('[data-board-menu]').click(),
    x: (card, event) => choose(card, event),
  }

  function choose(card, event) {
    const box = card.querySelector('.board-choose input')
    box.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, shiftKey: event.shiftKey }))
  }

  board.addEventListener('keydown', (event) => {
    const card = event.target
    if (!card.matches('.board-card') || event.ctrlKey || event.metaKey || event.altKey) return
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
    const act = (held ? holding : free)[key]
    if (!act) return
    event.preventDefault()
    act(card, event)
  })
  board.addEventListener('focusout', () => {
    if (held) letGo('已放回。')
  })
}
