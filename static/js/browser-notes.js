// The browser's own notifications, for a page that nobody looks at. Permission is asked by a button alone.
export function connectPermission(card) {
  card.hidden = !("Notification" in window) || Notification.permission !== "default"
  card.querySelector("[data-ask]").addEventListener("click", async () => {
    card.hidden = (await Notification.requestPermission()) !== "default"
  })
}

export function connectBrowserNotes(document, events) {
  const show = ({ detail: { notification } }) => {
    const unseen = !notification.seen_at && !notification.read_at
    if (unseen && document.hidden && window.Notification?.permission === "granted") tell(notification)
  }
  events.addEventListener("notification.created", show)
  events.addEventListener("notification.updated", show)
}

function tell({ id, title, body, url }) {
  const note = new Notification(title, { body, tag: id })
  note.addEventListener("click", () => {
    window.focus()
    if (url) location.assign(url)
  })
}
