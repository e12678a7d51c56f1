// Review by keyboard. Single keys do nothing while somebody types, and can be turned off.
import { act, undo } from "caseloom/case-work.js"

const SWITCH = "case-keys"
const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable], [popover], dialog"
const HEAD_PX = 90

const COMMANDS = {
  j: page => step(page, 1),
  k: page => step(page, -1),
  a: page => act(page, current(page), { action: "accept" }),
  r: page => act(page, current(page), { action: "reject" }),
  e: page => current(page)[0]?.querySelector("[data-do=edit]").click(),
  u: undo,
  "?": page => page.querySelector("#case-keys").togglePopover(),
}
const FOR_ALL = ["j", "k", "?"]

export function connectCaseKeys(document) {
  document.addEventListener("keydown", event => press(document, event))
  document.addEventListener("focusin", ({ target }) => mark(document, target.closest("[data-case]")))
  document.addEventListener("change", ({ target }) => {
    if ("keysOn" in target.dataset) localStorage.setItem(SWITCH, target.checked ? "on" : "off")
  })
  document.addEventListener("toggle", ({ target }) => showSwitch(target), { capture: true })
}

function press(document, event) {
  const page = document.querySelector("[data-task-page]")
  const key = event.key === "?" ? "?" : event.key.toLowerCase()
  const command = Object.hasOwn(COMMANDS, key) && COMMANDS[key]
  if (!page || !command || !isCommand(event) || !mayDo(page, key)) return
  event.preventDefault()
  command(page)
}

function isCommand(event) {
  const { target, key, isComposing, defaultPrevented } = event
  if (event.ctrlKey || event.altKey || event.metaKey || isComposing || defaultPrevented) return false
  if (key === "?" && target.closest("#case-keys")) return true
  return !target.closest(TYPING) && (key === "?" || localStorage.getItem(SWITCH) !== "off")
}

function mayDo(page, key) {
  return FOR_ALL.includes(key) || Boolean(page.querySelector(".task--head:not([data-role=view])"))
}

function showSwitch(panel) {
  const box = panel.querySelector?.("[data-keys-on]")
  if (box) box.checked = localStorage.getItem(SWITCH) !== "off"
}

function mark(document, element) {
  if (!element) return
  for (const other of document.querySelectorAll("[data-current]")) delete other.dataset.current
  element.dataset.current = ""
}

function shownCases(page) {
  return [...page.querySelectorAll("[data-case]:not([hidden])")]
}

// The one that has the keyboard or had it last; as a list, empty where there is none.
function current(page) {
  return [...page.querySelectorAll("[data-case][data-current]:not([hidden])")]
}

function step(page, by) {
  const cases = shownCases(page)
  const [from] = current(page)
  const next = from ? cases[cases.indexOf(from) + by] : inView(cases)
  next?.focus({ preventScroll: true })
  next?.scrollIntoView({ block: "nearest" })
}

function inView(cases) {
  return cases.find(element => element.getBoundingClientRect().bottom > HEAD_PX) ?? cases.at(-1)
}
