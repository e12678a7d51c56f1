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
    mine(() => showGone(page, true)),
  )
  events.addEventListener(
    "task.created",
    mine(() => showGone(page, false)),
  )
}

// Deleted or no longer shared: what was read stays to be read, and nothing can be done with it.
function showGone(page, gone) {
  page.toggleAttribute("data-deleted", gone)
  for (const part of page.children) if ("gone" in part.dataset) part.hidden = !gone
  for (const actions of page.querySelectorAll(".task__actions")) actions.inert = gone
  if (gone) for (const menu of page.querySelectorAll(":popover-open")) menu.hidePopover()
}

function follow(page, timeline) {
  let state
  return ({ task }) => {
    const before = state
    state = stateOf(task)
    if (before !== state) refreshParts(page, task, before)
    document.title = document.title.replace(
      /^(\(\d+\) )?.*(?= · )/,
      `$1${task.title.replaceAll("$", "$$$$")}`,
    )
    refreshOpen(timeline)
  }
}

// A changed requirement has other sections and spans: what is shown of them is no longer true.
function refreshParts(page, { round, stage }, before) {
  if (round > 1 && stage === "generating" && before?.endsWith("analysing")) {
    return document.dispatchEvent(new Event("page:stale"))
  }
  for (const part of page.querySelectorAll("[data-source], [data-quality-panel]")) refresh(part)
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
