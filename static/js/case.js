// One case, made of the page's own template. Text goes in as text.
import { cloneFor, fill, fillList, replaceIn } from "caseloom/markup.js"
import { words } from "caseloom/words.js"

const DATA = ["priority", "type", "technique", "polarity", "review", "position", "rev"]

export const BLANK_KEY = "TC-000"

export function makeCase(document, payload, task) {
  const element = cloneFor(document, "case", task)
  replaceIn(element, BLANK_KEY, payload.key)
  for (const name of DATA) element.dataset[name] = payload[name]
  element.dataset.requirements = payload.requirements.join(" ")
  element.toggleAttribute("data-merged", Boolean(payload.merged_into || payload.obsolete))
  fill(element, labelled(payload))
  fillLists(element, payload)
  return element
}

// The element on the page goes on with what the fresh one says: a form that is open in it, its pick and the
// keyboard's place stay.
export function changeCase(shown, fresh) {
  const place = placeOf(shown)
  const { checked } = shown.querySelector("[name=keys]")
  for (const { name, value } of [...fresh.attributes]) shown.setAttribute(name, value)
  shown.toggleAttribute("data-merged", "merged" in fresh.dataset)
  delete shown.dataset.gone
  for (const child of [...shown.children]) if (!("kept" in child.dataset)) child.remove()
  shown.prepend(...fresh.children)
  shown.querySelector("[name=keys]").checked = checked
  const isOpen = Boolean(shown.querySelector(":scope > [data-case-more]"))
  shown.querySelector("[data-do=more]").setAttribute("aria-expanded", isOpen)
  place && (shown.querySelector(place) ?? shown).focus({ preventScroll: true })
}

// Where the keyboard is among what will be replaced, as a selector.
function placeOf(shown) {
  const { activeElement: active } = document
  if (active === shown || !shown.contains(active) || active.closest("[data-kept]")) return ""
  return active.name === "keys" ? "[name=keys]" : `[data-do="${active.dataset.do}"]`
}

function labelled(payload) {
  const labels = ["type", "technique", "polarity", "review"].map(name => [
    `${name}_label`,
    words[name][payload[name]],
  ])
  return { ...payload, merged_into: payload.merged_into ?? "", ...Object.fromEntries(labels) }
}

function fillLists(element, { flags, tags, requirements, preconditions, steps }) {
  const list = name => element.querySelector(`[data-list=${name}]`)
  fillList(list("requirements"), requirements, (chip, key) => {
    chip.textContent = chip.dataset.item = key
    chip.hash = key
  })
  fillList(list("flags"), flags, (chip, flag) => {
    chip.textContent = words.flag[flag] ?? flag
  })
  fillList(list("tags"), tags, (chip, tag) => {
    chip.textContent = tag
  })
  fillList(list("preconditions"), preconditions, (entry, text) => {
    entry.textContent = text
  })
  fillList(list("steps"), steps, (row, { action, expected }) => {
    row.cells[0].textContent = action
    row.cells[1].textContent = expected
  })
}
