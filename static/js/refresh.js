// After a reset the stream has a hole: fetch the page again and take its live regions.

import { clone } from "caseloom/markup.js"
import { showToast } from "caseloom/toasts.js"

export function connectRefresh(document, events) {
  events.addEventListener("reset", () => refreshRegions(document))
}

export async function refreshRegions(document) {
  const response = await fetch(location.href).catch(() => null)
  if (!response?.ok) return showToast(clone(document, "failure"))
  if (response.redirected) return location.reload()
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html")
  for (const region of document.querySelectorAll("[data-live]")) {
    const counterpart = fresh.querySelector(`[data-live="${region.dataset.live}"]`)
    if (counterpart) replace(region, document.adoptNode(counterpart))
  }
}

function replace(region, counterpart) {
  region.replaceWith(counterpart)
  window.htmx.process(counterpart)
  window.htmx.trigger(counterpart, "htmx:load", { elt: counterpart })
}
