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
  document.addEventListener("htmx:responseError", ({ detail }) => showFailure(document, detail.xhr))
  document.addEventListener("htmx:sendError", () => showFailure(document, null))
}

// A server that gave no `answer` at all is out of reach; one that is unavailable (503) will be back.
export function showFailure(document, answer) {
  const failure = answer?.status === 503 ? "unavailable" : "failure"
  showToast(clone(document, answer ? failure : "unreachable"))
}
