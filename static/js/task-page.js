// The task page: its source and its timeline are read again when the task has moved on.
export function connectTaskPage(page, events) {
  const id = page.dataset.taskPage
  const mine = listener => event =>
    (event.detail.task?.id ?? event.detail.id) === id && listener(event.detail)
  const timeline = page.querySelector("[data-timeline]")
  timeline.closest("details").addEventListener("toggle", () => refreshOpen(timeline))
  events.addEventListener("task.updated", mine(follow(page, timeline)))
  events.addEventListener(
    "task.deleted",
    mine(() => page.setAttribute("data-deleted", "")),
  )
  events.addEventListener(
    "task.created",
    mine(() => page.removeAttribute("data-deleted")),
  )
}

function follow(page, timeline) {
  let state
  return ({ task }) => {
    if (state !== stateOf(task)) refresh(page.querySelector("[data-source]"))
    state = stateOf(task)
    document.title = document.title.replace(
      /^(\(\d+\) )?.*(?= · )/,
      `$1${task.title.replaceAll("$", "$$$$")}`,
    )
    refreshOpen(timeline)
  }
}

function stateOf({ status, stage }) {
  return `${status} ${stage}`
}

function refreshOpen(timeline) {
  if (timeline.closest("details").open) refresh(timeline)
}

function refresh(element) {
  window.htmx.trigger(element, "refresh")
}
