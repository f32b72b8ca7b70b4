// data-prints prints the page; a page that carries data-printed was asked for to be printed, and opens the browser's
// dialog once: not again when it is loaded anew or come back to.
function isFirstVisit() {
  const [entry] = performance.getEntriesByType('navigation')
  return !entry || entry.type === 'navigate'
}

export function listenForPrinting(root) {
  root.addEventListener('click', (event) => {
    if (event.target.closest('[data-prints]')) window.print()
  })
  if (root.querySelector('[data-printed]') && isFirstVisit()) {
    window.addEventListener('load', () => setTimeout(() => window.print(), 100))
  }
}
