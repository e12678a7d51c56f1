// The chat in the top bar: its number, and the panel with the latest rooms and the conversation in it.
const WIDE = matchMedia("(min-width: 44rem)")

export function connectChatButton(button, events) {
  const panel = document.getElementById("chat-panel")
  events.addEventListener("room.updated", ({ detail: { unread } }) => {
    button.dataset.unreadChat = unread
    button.querySelector("[data-count]").textContent = unread
  })
  // On small screens, and where the chat is the page already, the link is a link.
  button.addEventListener("click", event => {
    const besides = event.ctrlKey || event.metaKey || event.shiftKey
    if (besides || !WIDE.matches || document.querySelector("[data-live=chat]")) return
    event.preventDefault()
    panel.togglePopover()
  })
  panel.addEventListener("beforetoggle", ({ newState }) => {
    button.setAttribute("aria-expanded", newState === "open")
  })
}

export function connectChatPanel(panel, events) {
  const body = panel.querySelector("[data-panel-body]")
  let shown = panel.dataset.chatPanel
  const show = address => {
    shown = address
    window.htmx.ajax("GET", address, { target: body, swap: "innerHTML" })
  }
  panel.addEventListener("toggle", ({ newState }) => {
    if (newState === "open" && !body.hasChildNodes()) show(shown)
    else if (newState === "open") body.firstElementChild.dispatchEvent(new Event("chat:moved"))
  })
  body.addEventListener("htmx:afterSwap", ({ target }) => {
    if (target === body) body.querySelector("[data-room-title]")?.focus()
  })
  events.addEventListener("reset", () => body.hasChildNodes() && show(shown))
  keepInside(panel, show)
}

function keepInside(panel, show) {
  panel.addEventListener("click", event => {
    const link = event.target.closest("a[data-in-panel]")
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    show(link.getAttribute("href"))
  })
}
