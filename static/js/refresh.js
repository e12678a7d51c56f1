// After a reset the stream has a hole: fetch the page again and take its live regions.
// So do modules that can't make what is missing: they dispatch `page:stale`.

import { showFailure } from "caseloom/failures.js"
import { remember } from "caseloom/replay.js"

const NOTES = ["notification.created", "notification.updated", "notification.read"]

export function connectRefresh(document, events) {
  const refresh = async () => {
    const retell = remember(events)
    const notes = new Notes(events)
    do {
      notes.came = false
      await refreshRegions(document)
    } while (notes.came)
    notes.forget()
    retell()
  }
  events.addEventListener("reset", refresh)
  document.addEventListener("page:stale", refresh)
}

// Told again, a notification would pop up twice: what comes while the page is fetched is fetched, too.
class Notes {
  came = false
  #events
  #hear = () => {
    this.came = true
  }

  constructor(events) {
    this.#events = events
    for (const type of NOTES) events.addEventListener(type, this.#hear)
  }

  forget() {
    for (const type of NOTES) this.#events.removeEventListener(type, this.#hear)
  }
}

async function refreshRegions(document) {
  const response = await fetch(location.href).catch(() => null)
  const text = response && (await response.text().catch(() => null))
  if (text === null || !response.ok) return showFailure(document, text === null ? null : response)
  if (response.redirected) return location.reload()
  const fresh = new DOMParser().parseFromString(text, "text/html")
  for (const region of document.querySelectorAll("[data-live]")) {
    const counterpart = fresh.querySelector(`[data-live="${region.dataset.live}"]`)
    if (counterpart) replace(region, document.adoptNode(counterpart))
  }
}

function replace(region, counterpart) {
  region.replaceWith(counterpart)
  document.dispatchEvent(new CustomEvent("region:replaced", { detail: { from: region, to: counterpart } }))
  window.htmx.process(counterpart)
  window.htmx.trigger(counterpart, "htmx:load", { elt: counterpart })
}
