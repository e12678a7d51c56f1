// Picking cases: to review, tag, delete or write anew, one by its own button or several. The form holds the picks.
import { act } from "caseloom/case-work.js"

const SHOWN_KEYS = 12

export function connectCaseActions(form) {
  const page = form.closest("[data-task-page]")
  const picks = () => [...page.querySelectorAll(`[name=keys][form="${form.id}"]`)]
  const say = () => sayPicked(page, form, picks())
  page.addEventListener("change", ({ target }) => {
    if ("pickShown" in target.dataset) pickShown(picks(), target.checked)
    say()
  })
  page.addEventListener("click", event => {
    pickOwn(event.target, picks, say)
    actOnPicked(event, page, picks, say)
  })
  page.querySelector("[name=tags]").addEventListener("keydown", addTagsByEnter)
  form.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful && begun(form, picks(), say))
  document.addEventListener("cases:changed", say)
}

function sayPicked(page, form, picks) {
  const keys = picks.filter(pick => pick.checked).map(pick => pick.value)
  const more = keys.length > SHOWN_KEYS ? " …" : ""
  page.querySelector("[data-picked]").value = keys.length
  form.querySelector("[data-picked-keys]").textContent = keys.slice(0, SHOWN_KEYS).join(", ") + more
}

// A case's own button is about that case alone.
function pickOwn(target, picks, say) {
  const own = target.closest("[data-again]")?.closest("[data-case]")
  if (!own) return
  for (const pick of picks()) pick.checked = own.contains(pick)
  say()
}

// The same buttons send the form where there are no scripts.
function actOnPicked(event, page, picks, say) {
  const button = event.target.closest("[data-many]")
  if (!button) return
  event.preventDefault()
  const picked = picks().filter(pick => pick.checked)
  const tags = page.querySelector("[name=tags]")
  const wish = { action: button.value, tags: tagsIn(tags.value) }
  act(
    page,
    picked.map(pick => pick.closest("[data-case]")),
    wish,
  )
  if (wish.tags.length && button.value.endsWith("tag")) tags.value = ""
  for (const pick of picked) pick.checked = false
  say()
}

function addTagsByEnter(event) {
  if (event.key !== "Enter" || event.isComposing) return
  event.preventDefault()
  event.target.closest("[data-case-picks]").querySelector("[value=tag]").click()
}

function tagsIn(text) {
  return text.split(/[,，、]/).flatMap(part => part.trim() || [])
}

function pickShown(picks, checked) {
  for (const pick of picks) pick.checked = checked && pick.checkVisibility()
}

function begun(form, picks, say) {
  for (const pick of picks) pick.checked = false
  form.elements.instruction.value = ""
  say()
}
