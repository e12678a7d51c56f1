// Whatever a visible list shows counts as seen. The server is told, and it tells the other tabs.
export function connectSeen(list) {
  const panel = list.closest("[popover]")
  const look = () => {
    if (document.visibilityState === "visible" && (!panel || panel.matches(":popover-open"))) see(list)
  }
  panel?.addEventListener("toggle", look)
  new MutationObserver(look).observe(list, { childList: true })
  document.addEventListener("visibilitychange", look)
  look()
}

function see(list) {
  const unseen = [...list.querySelectorAll("[data-notification][data-seen=no][data-archived=no]")]
  if (unseen.length === 0) return
  for (const note of unseen) note.dataset.seen = "yes"
  markSeen(
    list.dataset.seenAt,
    unseen.map(note => note.dataset.notification),
  )
}

export function markSeen(url, ids) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token }
  const sent = fetch(url, { method: "POST", headers, body: JSON.stringify({ ids }), keepalive: true })
  sent.catch(() => {}) // away: they are seen the next time
}
