// The generator's newest task with its cases beneath the form; the one before joins the recent ones. All are
// the user's own: what others share is in the task manager.
import { makeTask } from "caseloom/task.js"
import { insertByAge } from "caseloom/task-list.js"
import { tasksOnPage } from "caseloom/tasks.js"

export function connectLatest(work, events) {
  const latest = work.querySelector("[data-latest]")
  const recent = work.querySelector("[data-tasks]")
  events.addEventListener("task.created", ({ detail: { task } }) => {
    if (task.role !== "owner" || tasksOnPage(document, task.id).length) return
    if (!isNewest(latest, task)) insertByAge(recent, makeTask(document, "task", task))
    else if (task.cases_count) readAgain(document)
    else makeNewest(latest, recent, makeTask(document, "latest", task))
  })
  events.addEventListener("task.deleted", ({ detail: { id } }) => {
    if (latest.querySelector(`[data-task="${id}"]`)) readAgain(document)
    else recent.querySelector(`[data-task="${id}"]`)?.remove()
  })
  work.addEventListener("htmx:beforeSwap", event => answered(event, latest, recent))
}

function readAgain(document) {
  document.dispatchEvent(new Event("page:stale"))
}

function isNewest(latest, task) {
  const shown = latest.querySelector("[data-task]")
  return !shown || Date.parse(shown.dataset.createdAt) <= Date.parse(task.created_at)
}

function makeNewest(latest, recent, fragment) {
  stepDown(latest, recent)
  latest.replaceChildren(...fragment.children)
}

function stepDown(latest, recent) {
  const former = latest.querySelector("[data-task]")
  if (former) insertByAge(recent, former)
}

// The form's answer and the task's own event race: whichever is second has nothing to add.
function answered(event, latest, recent) {
  const { detail } = event
  if (detail.target !== latest || detail.isError) return
  const answer = new DOMParser().parseFromString(detail.serverResponse, "text/html")
  const task = answer.querySelector("[data-task]")
  if (task && tasksOnPage(document, task.dataset.task).length) detail.shouldSwap = false
  else if (task) stepDown(latest, recent)
}
