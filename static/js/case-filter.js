// Which cases are shown: by their choices, their text and the item chosen in the source.
import { words } from "caseloom/words.js"

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
  form.addEventListener("reset", () => setTimeout(choose, 0, []))
  document.addEventListener("cases:changed", apply)
  document.addEventListener("item:chosen", ({ detail }) => choose(detail))
  apply()
}

// All tags that there are; a chosen one stays, whatever becomes of it.
function offerTags(list, select) {
  const tags = new Set([...list.querySelectorAll(".chip--tag")].map(chip => chip.textContent))
  if (select.value) tags.add(select.value)
  const options = [...tags].sort((one, other) => one.localeCompare(other))
  const chosen = select.value
  select.replaceChildren(select.options[0], ...options.map(tag => new Option(tag, tag)))
  select.value = chosen
  select.closest("label").hidden = !tags.size
}

function sayReviewed(list, output) {
  const standing = [...list.querySelectorAll("[data-case]:not([data-merged])")]
  const reviewed = standing.filter(({ dataset }) => dataset.review !== "draft").length
  output.value = standing.length
    ? words.case.reviewed.replace("{n}", reviewed).replace("{all}", standing.length)
    : ""
}

function filter(list, form, items) {
  offerTags(list, form.elements.tag)
  const wanted = Object.fromEntries(CHOICES.map(name => [name, form.elements[name].value]))
  const text = form.elements.text.value.trim().toLowerCase()
  wanted.tag = form.elements.tag.value
  const cases = [...list.querySelectorAll("[data-case]")]
  for (const element of cases) {
    element.hidden = !fits(element, wanted, text, items) && !element.querySelector("[data-case-form]")
  }
  const shown = cases.filter(element => !element.hidden).length
  sayReviewed(list, form.parentElement.querySelector("[data-reviewed]"))
  form.querySelector("[data-shown]").value = `${shown} / ${cases.length}`
}

function fits(element, wanted, text, items) {
  const chosen = CHOICES.every(name => !wanted[name] || element.dataset[name] === wanted[name])
  const tested = element.dataset.requirements.split(" ")
  const about = !items.length || items.some(key => tested.includes(key))
  return chosen && about && isTagged(element, wanted.tag) && (!text || textOf(element).includes(text))
}

// What the case says, without the buttons.
function textOf(element) {
  const parts = [...element.children].filter(part => !part.matches(".case__work, [data-kept]"))
  return parts
    .map(part => part.textContent)
    .join(" ")
    .toLowerCase()
}

function isTagged(element, tag) {
  return !tag || [...element.querySelectorAll(".chip--tag")].some(chip => chip.textContent === tag)
}
