// The browser's own notifications, for a page that nobody looks at. Permission is asked by a button alone.
import { isNews } from "caseloom/notes.js"

export function connectPermission(card) {
  card.hidden = !("Notification" in window) || Notification.permission !== "default"
  card.querySelector("[data-ask]").addEventListener("click", async () => {
    card.hidden = (await Notification.requestPermission()) !== "default"
  })
}

export function connectBrowserNotes(document, events) {
  const show = ({ detail: { notification } }) => {
    const allowed = window.Notification?.permission === "granted"
    if (isNews(notification) && document.hidden && allowed) tell(notification)
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
