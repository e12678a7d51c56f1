// The people of a task: read again when the dialog opens and when the task moves on; names are completed.
import { BLANK_ID } from "caseloom/markup.js"

const PAUSE_MS = 150
const NAMES = 8

export function connectShare(dialog, events) {
  const refresh = () => {
    if (dialog.matches(":popover-open")) window.htmx.trigger(dialog.querySelector("[data-people]"), "refresh")
  }
  const page = dialog.closest("[data-task-page]")
  const { task } = page.querySelector("[data-task]").dataset
  const discuss = page.querySelector("[data-discuss]")
  dialog.addEventListener("toggle", refresh)
  events.addEventListener("task.updated", ({ detail }) => detail.task.id === task && refresh())
  events.addEventListener("room.updated", ({ detail: { room } }) => {
    if (room.task_id === task) showRoom(discuss, room)
  })
  const form = dialog.querySelector("[data-add]")
  form?.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    if (target === form && detail.successful) form.reset()
  })
}

// The room of the task, as long as the user is in it.
function showRoom(link, { id, level }) {
  link.hidden = level === null
  link.href = link.dataset.discuss.replace(BLANK_ID, id)
}

// Suggests who is called so. Whatever comes late is no answer to what is typed by now.
export function connectNames(input) {
  let due
  input.addEventListener("input", () => {
    clearTimeout(due)
    due = setTimeout(() => complete(input), PAUSE_MS)
  })
}

async function complete(input) {
  const typed = input.value.trim()
  const names = typed ? await namesLike(input.dataset.names, typed) : []
  if (input.value.trim() !== typed) return
  input.list.replaceChildren(...names.map(({ name }) => new Option("", name)))
}

async function namesLike(address, typed) {
  const query = new URLSearchParams({ q: typed, limit: NAMES })
  const response = await fetch(`${address}?${query}`).catch(() => null)
  return response?.ok ? (await response.json()).items : []
}
