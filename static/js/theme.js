// The theme changes at once; the server keeps the cookie, so that the next page comes in it.
export function connectTheme(form) {
  const page = document.documentElement
  form.addEventListener("submit", event => {
    event.preventDefault()
    const former = page.dataset.theme
    fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), redirect: "manual" })
    page.dataset.theme = event.submitter.value
    event.submitter.value = former
  })
}
