// What the page says when the connection or a call fails.
import { clone } from "caseloom/markup.js"
import { showToast } from "caseloom/toasts.js"

export function connectBadge(badge, events) {
  events.addEventListener("connection", ({ detail: state }) => {
    badge.dataset.connection = state
  })
}

export function connectSignedOut(document, events) {
  events.addEventListener("signed-out", () => showToast(clone(document, "signed-out")), { once: true })
}

export function connectFailures(document) {
  for (const failure of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(failure, () => showToast(clone(document, "failure")))
  }
}
