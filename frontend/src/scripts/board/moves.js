// What becomes of a card that somebody wants elsewhere: asked for what the step needs, sent to the door, put where it
// then stands. Unless the server says that it moved, it comes back to where it was, and the page says why.
import { close, open } from '../dialogs.js'
import { place } from '../place.js'

const NO_NETWORK = '网络不通，没有办理，卡片已放回原处。请稍后再试。'
const stays = () => {}

function parsed(html) {
  const box = document.createElement('template')
  box.innerHTML = html
  return box.content
}

// The words of an error as the server gives them to a script, with the number of the request
function said(content) {
  const failure = content.querySelector('[data-failure]')
  return failure ? `卡片已放回原处。${failure.textContent.trim().replace(/\s+/g, ' ')}` : ''
}

export class Moves {
  constructor(root, board) {
    this.root = root
    this.board = board
    this.ways = JSON.parse(board.dataset.ways)
    this.query = `board=${encodeURIComponent(board.dataset.query)}`
    this.notice = root.getElementById('board-notice')
    this.says = root.getElementById('board-says')
    this.dialogs = root.getElementById('board-dialogs')
    this.journey = null // of the card whose dialog is open
    root.addEventListener('click', (event) => this.clicked(event))
    this.dialogs.addEventListener('submit', (event) => this.submitted(event))
  }

  label(state) {
    const place = this.root.querySelector(`[data-column="${state}"], [data-end="${state}"]`)
    return place ? place.dataset.label : state
  }

  // Where a card can go from here, in the order of the board
  targets(card) {
    const ways = this.ways[card.dataset.state] || {}
    const order = [...this.root.querySelectorAll('[data-column], [data-end]')]
    return order.map((one) => one.dataset.column || one.dataset.end).filter((state) => state in ways)
  }

  tell(message) {
    this.says.textContent = ''
    this.says.textContent = message
  }

  // A message that stays until it is dismissed or the next one comes
  show(element) {
    this.notice.replaceChildren(element)
  }

  fail(message) {
    const box = document.createElement('div')
    box.className = 'message message-error'
    box.setAttribute('role', 'alert')
    const says = document.createElement('div')
    says.textContent = message
    const dismiss = document.createElement('button')
    dismiss.type = 'button'
    dismiss.className = 'button button-ghost button-small'
    dismiss.dataset.boardDismiss = ''
    dismiss.textContent = '关闭'
    box.append(says, dismiss)
    this.show(box)
  }

  // A card is to go to a state; comeBack undoes what the drag already showed
  go(card, state, comeBack = stays) {
    const way = (this.ways[card.dataset.state] || {})[state]
    if (!way) {
      comeBack()
      const possible = this.targets(card).map((one) => `“${this.label(one)}”`)
      const from = this.label(card.dataset.state)
      this.fail(`${card.dataset.firm}：“${from}”不能直接转为“${this.label(state)}”。可转为：${possible.join('、')}。`)
    } else if (way.asks) this.ask(card, way.step, comeBack)
    else {
      const body = new FormData(this.root.getElementById('board-move'))
      body.set('step', way.step)
      body.set('version', card.dataset.version)
      this.send(card, body, comeBack)
    }
  }

  // The steps of a card (step is '') or the form of one, fetched when they are wanted
  async ask(card, step, comeBack = stays) {
    const address = `${card.dataset.steps}?${this.query}${step ? `&step=${step}` : ''}`
    let answer
    try {
      answer = await fetch(address, { headers: { 'HX-Request': 'true' } })
    } catch {
      comeBack()
      return this.fail(NO_NETWORK)
    }
    if (!answer.ok || answer.redirected) {
      comeBack()
      return this.fail(said(parsed(await answer.text())) || '没有读到办理内容。请刷新页面后再试。')
    }
    this.openDialog(parsed(await answer.text()), { card, comeBack })
  }

  openDialog(content, journey) {
    const dialog = content.querySelector('dialog')
    if (!dialog) {
      journey.comeBack()
      return this.fail('这一步现在不能办理。请刷新页面后再试。')
    }
    if (this.journey) this.journey.settled = true
    if (dialog.querySelector('.reasons')) journey.comeBack() // refused as things stand: it need not wait over there
    this.dialogs.replaceChildren(dialog)
    this.journey = journey
    dialog.removeAttribute('data-modal')
    dialog.removeAttribute('open')
    dialog.addEventListener('close', () => {
      if (!journey.settled) {
        journey.comeBack()
        journey.card.focus({ preventScroll: true })
      }
    })
    open(dialog)
  }

  clicked(event) {
    const menu = event.target.closest('[data-board-menu]')
    if (menu && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      this.ask(menu.closest('[data-card]'), '')
    }
    const step = event.target.closest('#board-dialogs [data-board-step]')
    if (step) {
      event.preventDefault()
      this.ask(this.journey.card, step.dataset.boardStep)
    }
    if (event.target.closest('[data-board-dismiss]')) this.notice.replaceChildren()
  }

  submitted(event) {
    event.preventDefault()
    const { card, comeBack } = this.journey
    this.send(card, new FormData(event.target), comeBack, event.target.closest('dialog'))
  }

  async send(card, body, comeBack, dialog = null) {
    if (card.hasAttribute('aria-busy')) return
    card.setAttribute('aria-busy', 'true')
    let answer, content
    try {
      const headers = { 'HX-Request': 'true' }
      answer = await fetch(`${card.dataset.move}?${this.query}`, { method: 'POST', body, headers })
      content = parsed(await answer.text())
    } catch {
      this.refuse(card, comeBack, dialog)
      return this.fail(NO_NETWORK)
    } finally {
      card.removeAttribute('aria-busy')
    }
    this.answered(answer, content, card, comeBack, dialog)
  }

  answered(answer, content, card, comeBack, dialog) {
    const told = content.querySelector('[data-board-says]')
    if (told && answer.status !== 403) {
      this.finish(dialog)
      this.put(card, content.querySelector('[data-card]'), comeBack)
      this.show(told)
    } else if (told) {
      comeBack()
      if (dialog && dialog.querySelector('.dialog-foot')) this.explain(dialog, told)
      else {
        this.refuse(card, stays, dialog)
        this.show(told)
      }
    } else if (answer.status === 422 && !answer.redirected) this.openDialog(content, { card, comeBack })
    else {
      this.refuse(card, comeBack, dialog)
      this.fail(said(content) || '系统没有办理这一步。请刷新页面后再试。')
    }
  }

  // The reasons above the form, which keeps what was typed
  explain(dialog, told) {
    const form = dialog.querySelector('form')
    for (const earlier of form.querySelectorAll('[data-board-says]')) earlier.remove()
    delete form.dataset.sent
    told.querySelector('[data-board-dismiss]').remove()
    form.prepend(told)
    told.tabIndex = -1
    told.focus()
  }

  finish(dialog) {
    if (this.journey) this.journey.settled = true
    if (dialog) close(dialog)
  }

  refuse(card, comeBack, dialog) {
    comeBack()
    this.finish(dialog)
    card.focus({ preventScroll: true })
  }

  // The card as the server now draws it, where it now stands; counts follow
  put(card, fresh, comeBack) {
    const [from, to] = [card.dataset.state, fresh.dataset.state]
    place(fresh)
    if (from === to) {
      comeBack()
      card.replaceWith(fresh)
    } else {
      card.remove()
      const list = this.board.querySelector(`[data-list="${to}"]`)
      if (list) list.prepend(fresh)
      this.count(from, -1, 'late' in card.dataset)
      this.count(to, 1, 'late' in fresh.dataset)
    }
    fresh.classList.add('board-card-moved')
    if (fresh.isConnected) fresh.focus()
  }

  count(state, by, isLate) {
    for (const number of this.root.querySelectorAll(`[data-count-of="${state}"]`)) {
      number.textContent = Number(number.textContent) + by
    }
    const empty = this.board.querySelector(`[data-empty-of="${state}"]`)
    if (empty) empty.hidden = Number(this.board.querySelector(`[data-count-of="${state}"]`).textContent) > 0
    const late = this.root.querySelector(`[data-late-of="${state}"]`)
    if (!late || !isLate) return
    const number = late.querySelector('span')
    number.textContent = Number(number.textContent) + by
    late.hidden = number.textContent === '0'
  }
}
