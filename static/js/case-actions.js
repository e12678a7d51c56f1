// Picking cases that are to be written anew: one by its own button, or several. The form holds the picks.
const SHOWN_KEYS = 12

export function connectCaseActions(form) {
  const page = form.closest("[data-task-page]")
  const picks = () => [...page.querySelectorAll(`[name=keys][form="${form.id}"]`)]
  const say = () => sayPicked(page, form, picks())
  page.addEventListener("change", ({ target }) => {
    if ("pickShown" in target.dataset) pickShown(picks(), target.checked)
    say()
  })
  page.addEventListener("click", ({ target }) => pickOwn(target, picks, say))
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

function pickShown(picks, checked) {
  for (const pick of picks) pick.checked = checked && pick.checkVisibility()
}

function begun(form, picks, say) {
  for (const pick of picks) pick.checked = false
  form.elements.instruction.value = ""
  say()
}
