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
}

// What nobody has seen, read or put away yet.
export function isNews({ seen_at: seen, read_at: read, archived_at: archived }) {
  return !seen && !read && !archived
}

export function makeNote(notification) {
  const note = cloneFor(document, "notification", notification.id)
  const title = note.querySelector("[data-field=title]")
  note.dataset.kind = notification.kind
  note.dataset.muted = notification.subject ? yesNo(notification.muted) : "never"
  for (const state of ["read", "seen", "archived"]) note.dataset[state] = yesNo(notification[`${state}_at`])
  fill(note, notification)
  note.querySelector("[data-slot=count]").hidden = notification.count < 2
  if (notification.url) title.setAttribute("href", notification.url)
  showTime(note.querySelector("time"), notification.created_at)
  window.htmx.process(note)
  return note
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
  const focused = shown?.contains(document.activeElement)
  const after = shown?.nextElementSibling ?? shown?.previousElementSibling
  shown?.remove()
  const note = BELONGS[list.dataset.notes](notification) ? makeNote(notification) : null
  if (note) place(list, note)
  if (focused) (note ?? after).querySelector("a, button")?.focus()
  const notes = list.querySelectorAll("[data-notification]")
  if (list.dataset.notes === "latest") for (const extra of [...notes].slice(LATEST)) extra.remove()
}

// The newest first. What is older than all that is listed comes with the rest of the list, if there is one.
function place(list, note) {
  const notes = [...list.querySelectorAll("[data-notification]")]
  const older = notes.find(other => momentOf(other) < momentOf(note))
  if (older) older.before(note)
  else if (!list.querySelector("[data-more]")) list.append(note)
}

function momentOf(note) {
  return Date.parse(note.querySelector("time").dateTime)
}

function read(list, { ids, all }) {
  for (const note of list.querySelectorAll("[data-notification]")) {
    if (!all && !ids.includes(note.dataset.notification)) continue
    note.dataset.read = "yes"
    if (list.dataset.notes === "unread") note.remove()
  }
}

// The page goes away with the click: the note is read all the same.
function readOnTheWay(note) {
  const form = note.querySelector("[data-read-form]")
  if (note.dataset.read === "yes") return
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true, redirect: "manual" })
}
