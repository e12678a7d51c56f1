// One task on the page: a row, a card or a page's head. Older news than what is shown is ignored.
import { cloneFor, fill } from "caseloom/markup.js"
import { showTime } from "caseloom/times.js"
import { sayEta, sayPlace, words } from "caseloom/words.js"

export function makeTask(document, name, task) {
  const element = cloneFor(document, name, task.id)
  const shown = element.matches("[data-task]") ? element : element.querySelector("[data-task]")
  shown.dataset.rev = 0
  shown.dataset.createdAt = task.created_at
  showTime(shown.querySelector("time"), task.created_at)
  showTask(shown, task)
  return element
}

export function showTask(element, task) {
  if (task.rev < Number(element.dataset.rev)) return
  element.dataset.rev = task.rev
  if (task.status) element.dataset.status = task.status
  if (task.role) element.dataset.role = task.role
  element.toggleAttribute("data-unfinished", task.sections_done < task.sections_total || !task.sections_total)
  fill(element, said(task, element.dataset.status))
  showProgress(element.querySelector("[role=progressbar]"), task.progress)
}

// What waits beyond the places that are told keeps the one that it has.
export function showQueue(element, { workers, positions }) {
  const { status, task } = element.dataset
  if (status !== "pending") return
  const waits = { doing: words.waiting_for[workers ? "slot" : "worker"] }
  fill(element, task in positions ? { ...waits, place: sayPlace(positions[task]) } : waits)
}

function said(task, status) {
  const running = status === "running"
  const { usage = {} } = task
  return {
    ...task,
    ...usage,
    doing: doing(task, running),
    eta: sayEta(running ? task.eta_seconds : null),
    percent: running,
    ...(task.status && whole(task)),
  }
}

// What only a whole task tells, not its progress.
function whole({ status, role, error, engine, model, queue_position: place }) {
  return {
    shared: role !== "owner",
    role_label: words.role[role],
    place: sayPlace(place),
    status_label: words.status[status],
    engine_name: engine === "rules" ? engine : model,
    error: error ?? "",
    error_message: error?.message ?? "",
    hint: words.hint[error?.code] ?? "",
  }
}

function doing({ stage, waiting_for: waiting }, running) {
  return [running && words.stage[stage], words.waiting_for[waiting]].filter(Boolean).join(" · ")
}

function showProgress(bar, progress) {
  bar.value = progress
  bar.setAttribute("aria-valuenow", progress)
}
