// Cases arrive, change and go; a burst of them costs one layout a frame.
import { makeCase } from "caseloom/case.js"
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
    else shown?.remove()
  }
  waiting.clear()
  document.dispatchEvent(new Event("cases:changed"))
}

function settle(list, shown, payload) {
  if (shown && Number(shown.dataset.rev) > payload.rev) return
  const element = makeCase(document, payload)
  if (!shown) element.dataset.new = ""
  shown?.remove()
  const group = groupOf(list, payload.section)
  placeInOrder(list, group, itemOf(element))
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
function placeInOrder(list, group, item) {
  if (group.isConnected && firstItemOf(group) <= item) return
  const later = [...list.querySelectorAll(".group")].find(other => firstItemOf(other) > item)
  if (later !== group) list.insertBefore(group, later ?? null)
}

function firstItemOf(group) {
  return Math.min(...[...group.querySelectorAll("[data-case]")].map(itemOf))
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
  while (before.matches("[data-case]") && isLater(before, element)) before = before.previousElementSibling
  before.after(element)
}

function isLater(one, other) {
  const difference = one.dataset.position - other.dataset.position
  return (difference || firstNumber(one.dataset.case) - firstNumber(other.dataset.case)) > 0
}
