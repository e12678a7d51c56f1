// Notifications in the bell's panel, on their page and as toasts.
import { clone, cloneFor, fill } from "caseloom/markup.js"
import { showTime } from "caseloom/times.js"
import { showToast } from "caseloom/toasts.js"

const LATEST = 8

export function connectNotes(list, events) {
  const told = ({ detail: { notification } }) => put(list, notification)
  events.addEventListener("notification.created", told)
  events.addEventListener("notification.updated", told)
  events.addEventListener("notification.read", ({ detail }) => read(list, detail))
  list.addEventListener("click", ({ target }) => {
    if (target.closest("a[data-field=title]")) readOnTheWay(target.closest("[data-notification]"))
  })
  if (list.dataset.notes === "latest") connectNoteToasts(events)
}

// What nobody has seen, read or put away yet.
export function isNews({ seen_at: seen, read_at: read, archived_at: archived }) {
  return !seen && !read && !archived
}

function connectNoteToasts(events) {
  const toast = ({ detail: { notification } }) => {
    if (!isNews(notification)) return
    const frame = clone(document, "toast")
    frame.querySelector(".notes").append(makeNote(notification))
    showToast(frame)
  }
  events.addEventListener("notification.created", toast)
  events.addEventListener("notification.updated", toast)
}

function makeNote(notification) {
  const note = cloneFor(document, "notification", notification.id)
  const title = note.querySelector("[data-field=title]")
  note.dataset.kind = notification.kind
  note.dataset.read = notification.read_at ? "yes" : "no"
  fill(note, notification)
  note.querySelector("[data-slot=count]").hidden = notification.count < 2
  if (notification.url) title.setAttribute("href", notification.url)
  showTime(note.querySelector("time"), notification.created_at)
  window.htmx.process(note)
  return note
}

// News goes to the top. The rest changes where it stands, if it does: it may be older than all that is listed.
function put(list, notification) {
  const shown = list.querySelector(`[data-notification="${notification.id}"]`)
  if (notification.archived_at) shown?.remove()
  else if (isNews(notification)) {
    shown?.remove()
    list.prepend(makeNote(notification))
  } else shown?.replaceWith(makeNote(notification))
  const notes = [...list.querySelectorAll("[data-notification]")]
  if (list.dataset.notes === "latest") for (const extra of notes.slice(LATEST)) extra.remove()
}

function read(list, { ids, all }) {
  for (const note of list.querySelectorAll("[data-notification]")) {
    if (all || ids.includes(note.dataset.notification)) note.dataset.read = "yes"
  }
}

// The page goes away with the click: the note is read all the same.
function readOnTheWay(note) {
  const form = note.querySelector("[data-read-form]")
  if (note.dataset.read === "yes") return
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true, redirect: "manual" })
}
