// Widths and positions come as data-css="--low:62%": the content policy forbids style="" in HTML
export function place(root) {
  for (const element of root.querySelectorAll('[data-css]')) {
    for (const part of element.dataset.css.split(';')) {
      const [name, value] = part.split(':')
      if (value) element.style.setProperty(name.trim(), value.trim())
    }
  }
}
