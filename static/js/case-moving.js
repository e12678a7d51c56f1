// Cases change places: by their buttons, to another section by its name, or dragged by their keys.
import { act } from "caseloom/case-work.js"

const MOVES = {
  up: card => neighbour(card, "previousElementSibling"),
  down: card => neighbour(neighbour(card, "nextElementSibling"), "nextElementSibling") ?? null,
}

export function connectCaseMoving(document) {
  document.addEventListener("click", ({ target }) => step(target.closest("[data-task-page] [data-do]")))
  document.addEventListener("change", ({ target }) => toSection(target))
  document.addEventListener("dragstart", event => start(event))
  document.addEventListener("dragover", event => over(event))
  document.addEventListener("drop", event => drop(event))
  document.addEventListener("dragend", () => unmark())
}

function pageOf(element) {
  return element.closest("[data-task-page]")
}

function step(button) {
  const move = button && MOVES[button.dataset.do]
  if (!move) return
  const card = button.closest("[data-case]")
  const isFirst = button.dataset.do === "up" && !neighbour(card, "previousElementSibling")
  const isLast = button.dataset.do === "down" && !neighbour(card, "nextElementSibling")
  if (isFirst || isLast) return
  act(pageOf(card), [card], { action: "move", before: move(card)?.dataset.case ?? null })
}

// The next one in this direction that is shown.
function neighbour(card, direction) {
  let other = card?.[direction]
  while (other?.hidden) other = other[direction]
  return other?.matches("[data-case]") ? other : null
}

function toSection(select) {
  if (select.dataset.do !== "section") return
  const card = select.closest("[data-case]")
  act(pageOf(card), [card], { action: "move", section: select.value })
  select.selectedIndex = 0
}

let dragged = []

function start(event) {
  const card = event.target.closest?.(".case__key")?.closest("[data-task-page] [data-case]")
  if (!card || pageOf(card).querySelector(".task--head[data-role=view]")) return
  const picked = [...pageOf(card).querySelectorAll("[data-case]:has([name=keys]:checked)")]
  dragged = picked.includes(card) ? picked : [card]
  event.dataTransfer.setData("text/plain", card.dataset.case)
  event.dataTransfer.effectAllowed = "move"
  event.dataTransfer.setDragImage(card, 0, 0)
}

// Before the case under the pointer, or behind it from its middle on; a group's title stands for its first.
function placeAt({ target, clientY }) {
  const group = target.closest?.("[data-task-page] [data-section]")
  if (!dragged.length || !group) return null
  const card = target.closest("[data-case]") ?? group.querySelector("[data-case]")
  const box = card?.getBoundingClientRect()
  const isBehind = box && target.closest("[data-case]") && clientY > box.top + box.height / 2
  const next = isBehind ? neighbour(card, "nextElementSibling") : card
  return { group, next, card, side: isBehind ? "after" : "before" }
}

function over(event) {
  const place = placeAt(event)
  if (!place) return
  event.preventDefault()
  unmark(false)
  if (place.card) place.card.dataset.dropAt = place.side
}

function drop(event) {
  const place = placeAt(event)
  if (!place) return
  event.preventDefault()
  const wish = {
    action: "move",
    section: place.group.dataset.section,
    before: place.next?.dataset.case ?? null,
  }
  act(pageOf(place.group), dragged, wish)
  unmark()
}

function unmark(isOver = true) {
  for (const marked of document.querySelectorAll("[data-drop-at]")) delete marked.dataset.dropAt
  if (isOver) dragged = []
}
