// Which cases are shown: by their choices, their text and the item chosen in the source.
const CHOICES = ["priority", "type", "technique", "review"]

export function connectCaseFilter(form) {
  const list = form.parentElement.querySelector("[data-cases]")
  let items = []
  const apply = () => filter(list, form, items)
  const choose = keys => {
    items = keys
    form.querySelector("[data-requirement]").hidden = !keys.length
    form.querySelector("[data-requirement-key]").textContent = keys.join(" ")
    apply()
  }
  form.addEventListener("input", apply)
  form.addEventListener("submit", event => event.preventDefault())
  form.addEventListener("reset", () => setTimeout(() => choose([])))
  document.addEventListener("cases:changed", apply)
  document.addEventListener("item:chosen", ({ detail }) => choose(detail))
  apply()
}

function filter(list, form, items) {
  const wanted = Object.fromEntries(CHOICES.map(name => [name, form.elements[name].value]))
  const text = form.elements.text.value.trim().toLowerCase()
  const cases = [...list.querySelectorAll("[data-case]")]
  for (const element of cases) element.hidden = !fits(element, wanted, text, items)
  const shown = cases.filter(element => !element.hidden).length
  form.querySelector("[data-shown]").value = `${shown} / ${cases.length}`
}

function fits(element, wanted, text, items) {
  const chosen = CHOICES.every(name => !wanted[name] || element.dataset[name] === wanted[name])
  const tested = element.dataset.requirements.split(" ")
  const about = !items.length || items.some(key => tested.includes(key))
  return chosen && about && (!text || element.textContent.toLowerCase().includes(text))
}
