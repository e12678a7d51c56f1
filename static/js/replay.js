// What the server reads while events come may be older than they are: tell them again once it is on the page.
// Each is guarded by its `rev` or says the same twice. A notification would pop up twice: none of those.
const TYPES = [
  "task.created",
  "task.updated",
  "task.deleted",
  "task.progress",
  "case.created",
  "case.updated",
  "case.deleted",
  "queue",
  "message.created",
  "message.updated",
  "message.deleted",
  "room.updated",
]
const LIVE_PARTS = "[data-live], [data-more]"

// Keeps events from now on; what it returns tells them again. What was told again is news to nobody else.
export function remember(events) {
  const kept = []
  const keep = event => event instanceof Retold || kept.push(event)
  for (const type of TYPES) events.addEventListener(type, keep)
  return () => {
    for (const type of TYPES) events.removeEventListener(type, keep)
    for (const { type, detail } of kept) events.dispatchEvent(new Retold(type, { detail }))
  }
}

class Retold extends CustomEvent {}

// Lists that htmx brings. Behind the request's end, its new elements are connected after the settle delay.
export function connectReplay(document, events) {
  const waiting = new WeakMap()
  document.addEventListener("htmx:beforeSend", ({ detail: { target, xhr } }) => {
    if (target.matches(LIVE_PARTS)) waiting.set(xhr, remember(events))
  })
  document.addEventListener("htmx:afterRequest", ({ detail: { xhr } }) => {
    const retell = waiting.get(xhr)
    waiting.delete(xhr)
    if (retell) setTimeout(retell, window.htmx.config.defaultSettleDelay)
  })
}
