// The generator's form: keys, an example, errors that keep the text, a clean box once the task is there.
// To htmx a refusal (422) is a success, and a server out of reach has status 0.

export function connectRequest(form) {
  const text = form.elements.requirement
  text.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit()
  })
  form.querySelector("[data-example]").addEventListener("click", () => {
    write(text, document.getElementById("example").content.textContent.trim())
    text.focus()
  })
  // What is sent next is another request, not this one again.
  form.addEventListener("request:stored", ({ detail: { next } }) => {
    form.elements.idempotency_key.value = next
  })
  form.addEventListener("htmx:afterSwap", () => point(form))
  form.addEventListener("htmx:afterRequest", ({ detail: { successful, xhr } }) => {
    if (successful && xhr.status < 300) begun(form)
  })
}

function write(text, words) {
  text.value = words
  text.dispatchEvent(new Event("input", { bubbles: true }))
}

// The fields stay as they are; what is said of them is new.
function point(form) {
  clean(form)
  for (const link of form.querySelectorAll("[data-field-error]")) {
    document.getElementById(link.hash.slice(1))?.setAttribute("aria-invalid", "true")
  }
  form.querySelector(".errors")?.focus()
}

function clean(form) {
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid")
}

function begun(form) {
  clean(form)
  form.querySelector("[data-errors]").replaceChildren()
  form.elements.title.value = ""
  form.elements.files.value = ""
  form.elements.files.dispatchEvent(new Event("input"))
  write(form.elements.requirement, "")
}
