// Picking tasks for a bulk action: those shown, or everything that matches the filter.
export function connectSelection(form) {
  const everything = form.querySelector("[data-everything]")
  const picks = () => [...form.querySelectorAll("[name=ids]")]
  const count = () => {
    const picked = picks().filter(pick => pick.checked).length
    form.querySelector("[data-picked]").value = picked
    for (const button of form.querySelectorAll("[data-bulk]")) {
      button.disabled = !picked && !everything.checked
    }
  }
  form.addEventListener("change", ({ target }) => {
    if ("pickAll" in target.dataset) for (const pick of picks()) pick.checked = target.checked
    count()
  })
  form.addEventListener("click", event => askFirst(event, everything))
  form.addEventListener("htmx:afterRequest", ({ target }) => target === form && unpick(form, count))
  count()
}

function askFirst(event, everything) {
  const { confirm: question } = event.target.dataset
  if (question && everything.checked && !window.confirm(question)) event.preventDefault()
}

function unpick(form, count) {
  for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = false
  count()
}
