// How long the requirement is, counted in code points as the server counts.
export function connectLength(text) {
  const shown = text.form.querySelector("[data-length]")
  const limit = Number(text.dataset.limit)
  const numbers = new Intl.NumberFormat(document.documentElement.lang)
  const count = () => {
    const length = [...text.value].length
    shown.value = numbers.format(length)
    shown.parentElement.toggleAttribute("data-over", length > limit)
  }
  text.addEventListener("input", count)
  count()
}
