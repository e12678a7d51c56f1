// What can be done with a message: from its menu, or by a press on one of its reactions.
import { call } from "caseloom/chat-api.js"
import { showFailure } from "caseloom/failures.js"
import { clone } from "caseloom/markup.js"
import { showToast } from "caseloom/toasts.js"

export function connectActions(talk) {
  const acts = actsOf(talk)
  talk.conversation.addEventListener("click", ({ target }) => act(target, acts))
  talk.conversation.addEventListener("click", event => showQuoted(event, talk))
  closeMenus(talk.conversation)
}

function actsOf({ conversation, list, composer }) {
  const { api, page } = conversation.dataset
  const tell = async (method, { dataset }, path = "") => {
    const answer = call(method, `${api}/messages/${dataset.message}${path}`)
    const message = await answer.catch(failure => showFailure(document, failure.status ? failure : null))
    if (message) list.put(message)
  }
  return {
    reply: message => composer?.about("reply", message),
    edit: message => composer?.about("edit", message),
    copy: message => copyLink(`${page}?at=${message.dataset.message}#${message.id}`),
    delete: message => tell("DELETE", message),
    react: (message, { dataset: { react } }) =>
      tell(hasReacted(message, react) ? "DELETE" : "PUT", message, `/reactions/${encodeURIComponent(react)}`),
  }
}

// The message that is answered may stand on the page; else the link leads to it.
function showQuoted(event, { list, scroll }) {
  const id = event.target.closest("[data-quote]")?.dataset.quote
  const quoted = id && list.find(id)
  if (!quoted) return
  event.preventDefault()
  event.stopPropagation()
  scroll.to(quoted)
  quoted.focus({ preventScroll: true })
}

function act(target, acts) {
  const button = target.closest("[data-do], [data-react]")
  const message = button?.closest("[data-message]")
  if (!message) return
  if (asksFirst(button)) return
  button.closest("details")?.removeAttribute("open")
  acts[button.dataset.do ?? "react"](message, button)
}

// Deleting takes two presses; the first one changes the words, until the menu is closed.
function asksFirst(button) {
  const { sure } = button.dataset
  if (!sure || button.textContent === sure) return false
  button.dataset.unsure = button.textContent
  button.textContent = sure
  return true
}

function askAgain(menu) {
  for (const button of menu.querySelectorAll("[data-unsure]")) button.textContent = button.dataset.unsure
}

function hasReacted(message, emoji) {
  const shown = message.querySelector(`[data-reactions] [data-react="${CSS.escape(emoji)}"]`)
  return shown?.getAttribute("aria-pressed") === "true"
}

async function copyLink(path) {
  const link = new URL(path, location.href).href
  if (navigator.clipboard) await navigator.clipboard.writeText(link)
  else copyByHand(link)
  showToast(clone(document, "copied"))
}

// Plain HTTP has no clipboard of its own.
function copyByHand(text) {
  const box = document.createElement("textarea")
  box.value = text
  document.body.append(box)
  box.select()
  document.execCommand("copy")
  box.remove()
}

function closeMenus(conversation) {
  const close = except => {
    for (const menu of conversation.querySelectorAll("details[open]")) {
      if (menu !== except) menu.removeAttribute("open")
    }
  }
  conversation.addEventListener("click", ({ target }) => close(target.closest("details")))
  const show = ({ target, newState }) => {
    if (newState === "open") target.lastElementChild.scrollIntoView({ block: "nearest" })
    else askAgain(target)
  }
  // No bubbling: it is caught on its way down.
  conversation.addEventListener("toggle", show, true)
  conversation.addEventListener("keydown", event => {
    const menu = event.target.closest("details[open]")
    if (event.key !== "Escape" || !menu) return
    event.preventDefault()
    event.stopPropagation()
    menu.removeAttribute("open")
    menu.querySelector("summary").focus()
  })
}
