// Counts by status: what an event tells of one task changes them, so they are read again, at most twice a second.
const PAUSE_MS = 500

export function connectCounts(counts, events) {
  const statuses = new Map()
  let due = false
  const refresh = () => {
    if (!due) setTimeout(read, PAUSE_MS)
    due = true
  }
  const read = () => {
    due = false
    window.htmx.trigger(counts, "refresh")
  }
  const moved = ({ detail: { task } }) => {
    if (statuses.get(task.id) !== task.status) refresh()
    statuses.set(task.id, task.status)
  }
  events.addEventListener("task.created", moved)
  events.addEventListener("task.updated", moved)
  events.addEventListener("task.deleted", refresh)
}
