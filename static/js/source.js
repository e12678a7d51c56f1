// The requirement beside its cases: a case's item marks its sentence, a sentence keeps only its cases.
export function connectSource(source) {
  const page = source.closest("[data-live]")
  page.addEventListener("click", event => {
    const chip = event.target.closest("[data-item]")
    const item = event.target.closest("[data-items]")
    if (chip) show(event, source, chip)
    else if (item) choose(event, source, item)
  })
  for (const type of ["pointerover", "focusin"]) {
    page.addEventListener(type, ({ target }) => mark(source, "data-marked", target.closest?.("[data-item]")))
  }
}

function mark(source, how, chip) {
  for (const marked of source.querySelectorAll(`[${how}]`)) marked.removeAttribute(how)
  const sentences = chip ? source.querySelectorAll(`[data-items~="${chip.dataset.item}"]`) : []
  for (const sentence of sentences) sentence.setAttribute(how, "")
  return sentences[0]
}

// What a click marked stays so when the pointer goes on.
function show(event, source, chip) {
  const sentence = mark(source, "data-shown", chip)
  if (!sentence) return
  event.preventDefault()
  sentence.scrollIntoView({ block: "center", behavior: "smooth" })
}

function choose(event, source, item) {
  event.preventDefault()
  const chosen = item.getAttribute("aria-current") !== "true"
  for (const other of source.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current")
  if (chosen) item.setAttribute("aria-current", "true")
  const keys = chosen ? item.dataset.items.split(" ") : []
  document.dispatchEvent(new CustomEvent("item:chosen", { detail: keys }))
}
