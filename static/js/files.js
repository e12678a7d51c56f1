// The chosen files as a list: their sizes, a way to take one out, what is wrong with one, how much has arrived.
import { choose } from "caseloom/drop.js"

export function connectFiles(list) {
  const form = list.closest("form")
  const input = form.elements.files
  const show = () => showFiles(list, input)
  input.addEventListener("input", show)
  list.addEventListener("click", ({ target }) => {
    const row = target.closest("[data-remove]")?.closest("li")
    if (row) remove(input, [...list.children].indexOf(row))
  })
  form.addEventListener("files:refused", ({ detail: reasons }) => showReasons(list, reasons))
  form.addEventListener("htmx:afterSwap", () => showReasons(list, refusals(form)))
  connectProgress(form, form.querySelector("[data-upload]"), input)
  show()
}

function remove(input, place) {
  choose(
    input,
    [...input.files].filter((_file, at) => at !== place),
  )
  input.focus()
}

function showFiles(list, input) {
  const blank = list.parentElement.querySelector("[data-file]").content.firstElementChild
  list.replaceChildren(...[...input.files].map(file => rowOf(blank, file)))
  list.hidden = !input.files.length
}

function rowOf(blank, { name, size }) {
  const row = blank.cloneNode(true)
  row.querySelector("[data-name]").textContent = name
  row.querySelector("[data-size]").textContent = inWords(size)
  const button = row.querySelector("[data-remove]")
  button.setAttribute("aria-label", `${button.getAttribute("aria-label")} ${name}`)
  return row
}

function inWords(size) {
  const isSmall = size < 1e6
  const unit = isSmall ? "kilobyte" : "megabyte"
  const format = { style: "unit", unit, maximumFractionDigits: 1 }
  const count = isSmall ? Math.ceil(size / 1e3) : size / 1e6
  return new Intl.NumberFormat(document.documentElement.lang, format).format(count)
}

const refusals = form => [...form.querySelectorAll("[data-errors] li")].map(item => item.textContent.trim())

// Each reason begins with the name of the file that it is about.
function showReasons(list, reasons) {
  for (const row of list.children) {
    const name = row.querySelector("[data-name]").textContent
    const reason = reasons.find(words => words.includes(name))
    const place = row.querySelector("[data-reason]")
    place.textContent = reason ? reason.slice(reason.indexOf(name)) : ""
    place.hidden = !reason
  }
}

function connectProgress(form, bar, input) {
  form.addEventListener("htmx:beforeSend", () => {
    bar.value = 0
    bar.hidden = !input.files.length
  })
  form.addEventListener("htmx:xhr:progress", ({ detail: { lengthComputable, loaded, total } }) => {
    if (lengthComputable && loaded <= total) bar.value = (100 * loaded) / total
  })
  form.addEventListener("htmx:afterRequest", () => {
    bar.hidden = true
  })
}
