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
    pickOwn(event.target, form, picks(), say)
    actOnPicked(event, form, picks(), say)
  })
  form.elements.tags.addEventListener("keydown", addTagsByEnter)
  form.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful && begun(form, picks(), say))
  document.addEventListener("cases:changed", say)
  say()
}

function sayPicked(page, form, picks) {
  const keys = picks.filter(pick => pick.checked).map(pick => pick.value)
  const more = keys.length > SHOWN_KEYS ? " …" : ""
  page.querySelector("[data-picked]").value = keys.length
  page.querySelector("[data-case-picks]").toggleAttribute("data-some", keys.length > 0)
  if (!keys.length) page.querySelector("[data-pick-shown]").checked = false
  form.querySelector("[data-picked-keys]").textContent = keys.slice(0, SHOWN_KEYS).join(", ") + more
}

// A case's own button is about that case alone, and only as long as it is asked what for.
function pickOwn(target, form, picks, say) {
  const own = target.closest("[data-again]")?.closest("[data-case]")
  if (!own) return
  const pickOnly = card => {
    for (const pick of picks) pick.checked = Boolean(card?.contains(pick))
    say()
  }
  pickOnly(own)
  const leave = ({ newState }) => {
    if (newState === "open") return
    form.removeEventListener("toggle", leave)
    pickOnly(null)
  }
  form.addEventListener("toggle", leave)
}

// The same buttons send the form where there are no scripts. The bar goes with the picks: the keyboard stays.
function actOnPicked(event, form, picks, say) {
  const button = event.target.closest("[data-many]")
  if (!button) return
  event.preventDefault()
  const cases = picks.filter(pick => pick.checked).map(pick => pick.closest("[data-case]"))
  act(form.closest("[data-task-page]"), cases, wishOf(form, button.value))
  if (button.value.endsWith("tag")) form.elements.tags.value = ""
  for (const pick of picks) pick.checked = false
  say()
  cases[0]?.focus({ preventScroll: true })
}

function wishOf({ elements }, action) {
  if (action === "move") return { action, section: elements.section.value }
  return { action, tags: tagsIn(elements.tags.value) }
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
