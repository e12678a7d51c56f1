// The task manager's rows: they come, move and go as tasks match the list's filter.
import { makeTask } from "caseloom/task.js"

export function connectTaskList(list, events) {
  const row = id => list.querySelector(`[data-task="${id}"]`)
  const settle = ({ detail: { task } }) => {
    const shown = row(task.id)
    if (!hasStatus(list, task)) shown?.remove()
    else if (!shown && hasTitle(list, task)) insertByAge(list, makeTask(document, "task", task))
  }
  events.addEventListener("task.created", settle)
  events.addEventListener("task.updated", settle)
  events.addEventListener("task.deleted", ({ detail }) => row(detail.id)?.remove())
}

function hasStatus(list, task) {
  const { statusFilter } = list.closest("form").dataset
  return !statusFilter || statusFilter === task.status
}

// A row that the server found may match by its requirement, which no event carries.
function hasTitle(list, task) {
  const { search } = list.closest("form").dataset
  return task.title.toLowerCase().includes(search.toLowerCase())
}

// Newest first. What is older than all that is loaded comes with the next part.
export function insertByAge(list, element) {
  const made = Date.parse(element.dataset.createdAt)
  const older = [...list.querySelectorAll("[data-task]")].find(
    row => Date.parse(row.dataset.createdAt) <= made,
  )
  const more = list.querySelector("[data-more]")
  if (older) older.before(element)
  else if (!more) list.append(element)
}
