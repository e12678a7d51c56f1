// What the request would come to, asked when the user pauses. Nothing asks a model for it.
import { fill } from "caseloom/markup.js"

const PAUSE_MS = 700

export function connectEstimate(list) {
  const form = document.querySelector("[data-request]")
  let timer
  let asking = new AbortController()
  document.addEventListener("input", ({ target }) => {
    if (target.form !== form) return
    clearTimeout(timer)
    asking.abort()
    asking = new AbortController()
    timer = setTimeout(() => estimate(list, form, asking.signal), PAUSE_MS)
  })
}

async function estimate(list, form, signal) {
  const empty = !form.elements.requirement.value.trim() && !form.elements.files.value
  const numbers = empty ? null : await ask(list.dataset.estimate, form, signal).catch(() => undefined)
  if (signal.aborted) return
  list.hidden = !numbers
  document.querySelector("[data-estimate-empty]").hidden = Boolean(numbers)
  if (numbers) fill(list, inWords(numbers))
}

async function ask(address, form, signal) {
  const given = new FormData(form)
  const body = new FormData()
  body.set("requirement", given.get("requirement"))
  for (const file of given.getAll("files")) if (file.name) body.append("files", file)
  body.set("options", JSON.stringify({ detail: given.get("detail"), endpoint: given.get("endpoint") ?? "" }))
  const headers = { "X-CSRFToken": given.get("csrfmiddlewaretoken") }
  const response = await fetch(address, { method: "POST", body, headers, signal })
  if (!response.ok) tellRefused(form, await response.json())
  return response.ok ? response.json() : null
}

// What is wrong with a file is said beside it at once, not only when the task is asked for.
function tellRefused(form, { errors = [] }) {
  const detail = errors.filter(({ field }) => field === "files").flatMap(({ message }) => message.split("\n"))
  form.dispatchEvent(new CustomEvent("files:refused", { detail }))
}

function inWords({ items, sections, cases, input_tokens: input, output_tokens: output, cost }) {
  const count = new Intl.NumberFormat(document.documentElement.lang)
  const tokens = input + output ? `${count.format(input)} + ${count.format(output)}` : ""
  return {
    items: count.format(items),
    sections: count.format(sections),
    cases: `≈ ${count.format(cases)}`,
    tokens,
    cost: cost === null ? "" : count.format(cost),
  }
}
