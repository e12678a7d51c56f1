// Cases arrive, change and go; a burst of them costs one layout a frame.
import { changeCase, makeCase } from "caseloom/case.js"
import { clone, fill } from "caseloom/markup.js"

const HIDDEN_MS = 100

export function connectCases(document, events) {
  const waiting = new Map()
  const later = ({ detail }) => {
    if (!listOf(document, detail.task_id)) return
    if (!waiting.size) soon(() => flush(document, waiting))
    waiting.set(detail.case?.key ?? detail.key, detail)
  }
  events.addEventListener("case.created", later)
  events.addEventListener("case.updated", later)
  events.addEventListener("case.deleted", later)
}

// Nothing is painted behind another tab, and frames stop there.
function soon(work) {
  if (document.hidden) setTimeout(work, HIDDEN_MS)
  else requestAnimationFrame(work)
}

function listOf(document, taskId) {
  return document.querySelector(`[data-cases="${taskId}"]`)
}

function flush(document, waiting) {
  for (const [key, { task_id: taskId, case: payload }] of waiting) {
    const list = listOf(document, taskId)
    const shown = list?.querySelector(`[id="${key}"]`)
    if (list && payload) settle(list, shown, payload)
    else leave(shown)
  }
  waiting.clear()
  document.dispatchEvent(new Event("cases:changed"))
}

// What somebody types in it is not taken away from them.
function leave(shown) {
  if (shown?.querySelector("[data-case-form]")) shown.dataset.gone = ""
  else shown?.remove()
}

function settle(list, shown, payload) {
  if (shown && Number(shown.dataset.rev) > payload.rev) return
  const fresh = makeCase(document, payload, list.dataset.cases)
  if (shown) changeCase(shown, fresh)
  else fresh.dataset.new = ""
  const element = shown ?? fresh
  const group = groupOf(list, payload.section)
  placeInOrder(list, group, element)
  insertInOrder(group, element)
}

function groupOf(list, section) {
  const found = [...list.children].find(({ dataset }) => dataset.section === section)
  if (found) return found
  const group = clone(document, "group")
  group.dataset.section = section
  if (section) fill(group, { section })
  return group
}

// Items are numbered in the order of the source, and so are the sections that hold them. Sections of one title
// are one group: it stands where the first of them does.
function placeInOrder(list, group, element) {
  const item = itemOf(element)
  if (group.isConnected && firstItemOf(group, element) <= item) return
  const later = [...list.querySelectorAll(".group")].find(other => firstItemOf(other, element) > item)
  if (later !== group) move(group, () => list.insertBefore(group, later ?? null))
}

function firstItemOf(group, except) {
  const others = [...group.querySelectorAll("[data-case]")].filter(one => one !== except)
  return Math.min(...others.map(itemOf))
}

// What is taken out of the page loses the keyboard.
function move(element, work) {
  const { activeElement: active } = document
  work()
  if (element.contains(active)) active.focus({ preventScroll: true })
}

function itemOf(element) {
  return firstNumber(element.dataset.requirements)
}

function firstNumber(text) {
  return Number(/\d+/.exec(text)?.[0] ?? Number.POSITIVE_INFINITY)
}

// By position, and by key where positions are equal.
function insertInOrder(group, element) {
  let before = group.lastElementChild
  while (before.matches("[data-case]") && (before === element || isLater(before, element))) {
    before = before.previousElementSibling
  }
  if (before.nextElementSibling !== element) move(element, () => before.after(element))
}

function isLater(one, other) {
  const difference = one.dataset.position - other.dataset.position
  return (difference || firstNumber(one.dataset.case) - firstNumber(other.dataset.case)) > 0
}
