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
  insertInOrder(groupOf(list, payload), element)
}

function groupOf(list, payload) {
  const found = [...list.children].find(({ dataset }) => dataset.section === payload.section)
  if (found) return found
  const group = clone(document, "group")
  group.dataset.section = payload.section
  if (payload.section) fill(group, { section: payload.section })
  const place = firstItem(payload.requirements.join(" "))
  const later = [...list.querySelectorAll(".group")].find(other => itemOf(other) > place)
  list.insertBefore(group, later ?? null)
  return group
}

// Items are numbered in the order of the source, and so are the sections that hold them.
function itemOf(group) {
  return firstItem(group.querySelector("[data-case]")?.dataset.requirements ?? "")
}

function firstItem(requirements) {
  return Number(/\d+/.exec(requirements)?.[0] ?? Number.POSITIVE_INFINITY)
}

function insertInOrder(group, element) {
  const position = Number(element.dataset.position)
  let before = group.lastElementChild
  while (before.matches("[data-case]") && Number(before.dataset.position) > position) {
    before = before.previousElementSibling
  }
  before.after(element)
}
