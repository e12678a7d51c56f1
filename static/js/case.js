// One case, made of the page's own template. Text goes in as text.
import { clone, fill, fillList } from "caseloom/markup.js"
import { words } from "caseloom/words.js"

const DATA = ["priority", "type", "technique", "polarity", "review", "position", "rev"]

export function makeCase(document, payload) {
  const element = clone(document, "case")
  element.id = element.dataset.case = payload.key
  for (const name of DATA) element.dataset[name] = payload[name]
  element.dataset.requirements = payload.requirements.join(" ")
  element.toggleAttribute("data-merged", Boolean(payload.merged_into || payload.obsolete))
  element.querySelector(".case__key").href = `#${payload.key}`
  element.querySelector("[name=keys]").value = payload.key
  fill(element, labelled(payload))
  fillLists(element, payload)
  return element
}

function labelled(payload) {
  const labels = ["type", "technique", "polarity", "review"].map(name => [
    `${name}_label`,
    words[name][payload[name]],
  ])
  return { ...payload, merged_into: payload.merged_into ?? "", ...Object.fromEntries(labels) }
}

function fillLists(element, { flags, requirements, preconditions, steps }) {
  const list = name => element.querySelector(`[data-list=${name}]`)
  fillList(list("requirements"), requirements, (chip, key) => {
    chip.textContent = chip.dataset.item = key
    chip.hash = key
  })
  fillList(list("flags"), flags, (chip, flag) => {
    chip.textContent = words.flag[flag] ?? flag
  })
  fillList(list("preconditions"), preconditions, (entry, text) => {
    entry.textContent = text
  })
  fillList(list("steps"), steps, (row, { action, expected }) => {
    row.cells[0].textContent = action
    row.cells[1].textContent = expected
  })
}
