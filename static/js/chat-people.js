// Names of people while one is typed: the browser's own list of suggestions.
const WAIT_MS = 150

export function connectPeople(input) {
  let timer
  input.addEventListener("input", () => {
    clearTimeout(timer)
    timer = setTimeout(() => suggest(input), WAIT_MS)
  })
  input.form.addEventListener("htmx:afterRequest", ({ detail: { xhr } }) => {
    if (xhr.status === 204) input.value = ""
  })
}

async function suggest(input) {
  const begun = input.value.trim()
  if (!begun) return input.list.replaceChildren()
  const url = `${input.dataset.suggest}?${new URLSearchParams({ q: begun, limit: 10 })}`
  const response = await fetch(url).catch(() => null)
  if (!response?.ok || input.value.trim() !== begun) return
  const { items } = await response.json()
  input.list.replaceChildren(...items.map(({ name }) => new Option(name, name)))
}
