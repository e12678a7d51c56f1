// The form of a case: rows come, go and change places; who leaves it is asked first; what others do to the case
// meanwhile is told and takes nothing away.
import { BLANK_KEY } from "caseloom/case.js"
import { words } from "caseloom/words.js"

const AT_WORK = "htmx-request"

export function connectCaseForm(form, events) {
  const draft = new Draft(form)
  const inPage = form.closest("[data-task-page]")
  if (inPage || form.querySelector("[data-lead]")) lead(form)
  form.addEventListener("keydown", event => press(event, form, draft))
  form.addEventListener("click", event => {
    if (event.target.closest("[data-leave]") && inPage) leave(event, form, draft)
  })
  connectNews(form, events)
  addEventListener(
    "beforeunload",
    event => form.isConnected && draft.isWorthKeeping && event.preventDefault(),
  )
}

function connectNews(form, events) {
  const mine = listener => event => isMine(event.detail, form) && listener(event.detail)
  events.addEventListener("case.updated", mine(tellChange(form)))
  const gone = mine(() => tell(form, words.case.deleted))
  events.addEventListener("case.deleted", gone)
}

// What was typed, compared with what the server sent; what it refused or met is nowhere else.
class Draft {
  #form
  #first
  #sent = false

  constructor(form) {
    this.#form = form
    this.#first = form.querySelector("[data-lead]") ? null : this.#now
    form.addEventListener("submit", () => (this.#sent = !form.matches("[data-task-page] form")))
  }

  get isWorthKeeping() {
    return !this.#sent && this.#now !== this.#first
  }

  get #now() {
    return new URLSearchParams(new FormData(this.#form)).toString()
  }
}

function lead(form) {
  const first = form.querySelector("[data-lead]") ?? form.elements.title
  first.focus({ preventScroll: true })
  first.scrollIntoView({ block: "nearest" })
}

function press(event, form, draft) {
  if (event.isComposing) return
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit()
  else if (event.key === "Escape" && form.closest("[data-task-page]")) leave(event, form, draft)
}

function leave(event, form, draft) {
  event.preventDefault()
  const takesTheirs = event.type === "click" && form.querySelector("[data-conflict]")
  if (!takesTheirs && draft.isWorthKeeping && !window.confirm(words.case.leave)) return
  form.dispatchEvent(new Event("case:left", { bubbles: true }))
}

function isMine({ task_id: task, case: payload, key }, form) {
  const page = form.closest("[data-task-page]")
  return page?.dataset.taskPage === task && form.dataset.caseForm === (payload?.key ?? key)
}

function tellChange(form) {
  return async ({ case: { rev } }) => {
    if (rev <= Number(form.elements.rev.value) || form.classList.contains(AT_WORK)) return
    const name = await whoChanged(form)
    tell(form, name ? words.case.changed_by.replace("{name}", name) : words.case.changed)
  }
}

async function whoChanged(form) {
  const { historyUrl } = form.closest("[data-task-page]").dataset
  const address = historyUrl.replace(BLANK_KEY, form.dataset.caseForm)
  const response = await fetch(`${address}?limit=1`).catch(() => null)
  return response?.ok ? (await response.json()).items[0]?.replaced_by : null
}

function tell(form, sentence) {
  const told = form.querySelector("[data-meanwhile]")
  told.textContent = sentence
  told.hidden = false
}

const ROW_WORK = {
  add: (_row, rows) => addRow(rows),
  remove: row => {
    const near = row.nextElementSibling?.matches("[data-row]")
      ? row.nextElementSibling
      : row.previousElementSibling
    row.remove()
    near?.querySelector?.("textarea")?.focus()
  },
  up: row => row.previousElementSibling?.matches("[data-row]") && row.previousElementSibling.before(row),
  down: row => row.nextElementSibling?.matches("[data-row]") && row.nextElementSibling.after(row),
}

export function connectRows(rows) {
  rows.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-row-do]")
    if (!button) return
    ROW_WORK[button.dataset.rowDo](button.closest("[data-row]"), rows)
    if (button.isConnected && button.closest("[data-row]")) button.focus()
  })
}

function addRow(rows) {
  const blank = rows.querySelector("template")
  const row = blank.content.firstElementChild.cloneNode(true)
  blank.before(row)
  row.querySelector("textarea").focus()
}
