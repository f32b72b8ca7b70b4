// A card that was refused (422) or outrun (409) comes back with what is wrong: it takes the place of the one sent.
export function listenForCards(root) {
  root.addEventListener('htmx:beforeSwap', (event) => {
    const { status } = event.detail.xhr
    const card = event.target.closest('.visit-card') || event.detail.target.matches('.visit-card')
    if (card && (status === 409 || status === 422)) {
      event.detail.shouldSwap = true
      event.detail.isError = false
    }
  })
}
