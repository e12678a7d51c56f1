// Notifications in the bell's panel, on their page and as toasts.
import { cloneFor, fill } from "caseloom/markup.js"
import { showTime } from "caseloom/times.js"

const LATEST = 8

export function connectNotes(list, events) {
  const told = ({ detail: { notification } }) => put(list, notification)
  events.addEventListener("notification.created", told)
  events.addEventListener("notification.updated", told)
  events.addEventListener("notification.read", ({ detail }) => read(list, detail))
  list.addEventListener("click", ({ target }) => {
    if (target.closest("a[data-field=title]")) readOnTheWay(target.closest("[data-notification]"))
  })
  list.addEventListener(
    "htmx:beforeSwap",
    ({ detail }) => detail.shouldSwap && goOnBehind(list, detail.target),
  )
}

// What nobody has seen, read or put away yet.
export function isNews({ seen_at: seen, read_at: read, archived_at: archived }) {
  return !seen && !read && !archived
}

export function makeNote(notification) {
  const note = cloneFor(document, "notification", notification.id)
  show(note, notification)
  window.htmx.process(note)
  return note
}

function show(note, notification) {
  const title = note.querySelector("[data-field=title]")
  note.dataset.kind = notification.kind
  note.dataset.muted = notification.subject ? yesNo(notification.muted) : "never"
  for (const state of ["read", "seen", "archived"]) note.dataset[state] = yesNo(notification[`${state}_at`])
  fill(note, notification)
  note.querySelector("[data-slot=count]").hidden = notification.count < 2
  if (notification.url) title.setAttribute("href", notification.url)
  else title.removeAttribute("href")
  showTime(note.querySelector("time"), notification.created_at)
}

function yesNo(value) {
  return value ? "yes" : "no"
}

// Which notifications a list is of: the server's own filters.
const BELONGS = {
  latest: ({ archived_at: archived }) => !archived,
  all: ({ archived_at: archived }) => !archived,
  unread: ({ archived_at: archived, read_at: read }) => !archived && !read,
  archived: ({ archived_at: archived }) => Boolean(archived),
}

function put(list, notification) {
  const shown = list.querySelector(`[data-notification="${notification.id}"]`)
  if (!BELONGS[list.dataset.notes](notification)) return shown && takeAway(shown)
  const focused = shown?.contains(document.activeElement) ? document.activeElement : null
  if (shown) show(shown, notification)
  place(list, shown ?? makeNote(notification))
  if (focused) focus(focused, shown)
  const notes = list.querySelectorAll("[data-notification]")
  if (list.dataset.notes === "latest") for (const extra of [...notes].slice(LATEST)) extra.remove()
}

// The newest first. What is older than all that is listed comes with the rest of the list, if there is one.
function place(list, note) {
  const notes = [...list.querySelectorAll("[data-notification]")].filter(other => other !== note)
  const older = notes.find(other => momentOf(other) < momentOf(note))
  const more = list.querySelector("[data-more]")
  if (older) moveBefore(older, note)
  else if (!note.isConnected && (!more || notes.length === 0)) list.insertBefore(note, more)
}

// One that stands there already stays untouched, with the keyboard on it.
function moveBefore(older, note) {
  if (older.previousElementSibling !== note) older.before(note)
}

function takeAway(note) {
  const neighbour = note.nextElementSibling ?? note.previousElementSibling
  const focused = note.contains(document.activeElement)
  note.remove()
  if (focused) focus(null, neighbour)
}

// Where the keyboard was, else at the first thing of `element` that it can reach.
function focus(before, element) {
  const reachable = [before, ...element.querySelectorAll("a[href], button")]
  reachable.find(thing => thing?.checkVisibility())?.focus()
}

// "Load more" goes away as it is pressed: the keyboard goes on with the first note that came.
function goOnBehind(list, more) {
  if (!more.matches("[data-more]") || !more.contains(document.activeElement)) return
  const last = more.previousElementSibling
  list.addEventListener("htmx:afterSwap", () => focus(null, last.nextElementSibling), { once: true })
}

function momentOf(note) {
  return Date.parse(note.querySelector("time").dateTime)
}

function read(list, { ids, all }) {
  for (const note of list.querySelectorAll("[data-notification]")) {
    if (!all && !ids.includes(note.dataset.notification)) continue
    const focused = note.contains(document.activeElement) ? document.activeElement : null
    note.dataset.read = "yes"
    if (list.dataset.notes === "unread") takeAway(note)
    else if (focused) focus(focused, note)
  }
}

// The page goes away with the click: the note is read all the same.
function readOnTheWay(note) {
  const form = note.querySelector("[data-read-form]")
  if (note.dataset.read === "yes") return
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true, redirect: "manual" })
}
