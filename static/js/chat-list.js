// A conversation's messages in their order, once each, with the days and the unread ones marked off.
import { excerpt, makeMessage } from "caseloom/chat-message.js"

const CLOSE_MS = 5 * 60_000
const DAY = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full" })

export class MessageList {
  #list
  #facts

  constructor(conversation) {
    this.#list = conversation.querySelector("[data-messages]")
    this.#facts = conversation.dataset
    this.arrange()
  }

  get all() {
    return [...this.#list.querySelectorAll("[data-message]")]
  }

  get lastOwn() {
    const own = ({ dataset }) => dataset.mine === "yes" && dataset.gone === "no" && !dataset.state
    return this.all.findLast(own)
  }

  find(id) {
    return this.#list.querySelector(`[data-message="${CSS.escape(id)}"]`)
  }

  // New ones go where they belong; a page of older messages takes only changes.
  put(message) {
    const [shown, waiting] = [this.find(message.id), this.#waiting(message)]
    if (!shown && !waiting && ("past" in this.#facts || this.#tooOld(message))) return null
    const element = makeMessage(message, this.#facts)
    if (waiting ?? shown) keepFocus(waiting ?? shown, element)
    waiting?.remove()
    if (shown) shown.replaceWith(element)
    else this.#insert(element)
    this.arrange()
    return element
  }

  // What is not confirmed yet stands at the end.
  putWaiting(message) {
    const element = makeMessage({ ...message, author: this.#facts.me }, this.#facts)
    element.dataset.clientId = message.id
    element.dataset.state = "sending"
    this.#list.append(element)
    this.arrange()
    return element
  }

  // Answers to a message show what it says now.
  requote({ id, text }) {
    for (const quote of this.#list.querySelectorAll(`[data-quote="${CSS.escape(id)}"]`)) {
      quote.querySelector("[data-quote-text]").textContent = excerpt(text)
    }
  }

  #waiting({ author, client_id: id }) {
    if (author !== this.#facts.me || !id) return null
    return this.#list.querySelector(`[data-client-id="${CSS.escape(id)}"]`)
  }

  #tooOld(message) {
    const oldest = this.#list.querySelector("[data-message]:not([data-client-id])")
    const more = this.#list.querySelector("[data-older]")
    return Boolean(more && oldest && Date.parse(message.created_at) < Date.parse(oldest.dataset.createdAt))
  }

  #insert(element) {
    const made = Date.parse(element.dataset.createdAt)
    const before = this.all.findLast(
      ({ dataset }) => !dataset.clientId && Date.parse(dataset.createdAt) <= made,
    )
    const first = this.all[0]
    if (before) before.after(element)
    else if (first) first.before(element)
    else this.#list.append(element)
  }

  // Idempotent: the separators are made anew only where they have to change.
  arrange() {
    let former = null
    for (const message of this.all) {
      const day = dayOf(message)
      const same = former && dayOf(former) === day
      this.#separate(message, same ? null : day)
      message.toggleAttribute("data-follows", Boolean(same) && isFollowing(former, message))
      former = message
    }
  }

  #separate(message, day) {
    const above = message.previousElementSibling
    const shown = above?.matches("[data-day]") ? above : null
    if (!day || shown?.textContent !== day) shown?.remove()
    if (!day || shown?.textContent === day) return
    message.before(line("day", day))
  }

  // The line above the first message that was not read; it stays where it is until it is moved.
  markUnread(message, words) {
    this.unmark()
    message.before(line("firstUnread", words))
  }

  unmark() {
    this.#list.querySelector(".conversation__line[data-first-unread]")?.remove()
  }
}

function line(kind, words) {
  const element = document.createElement("li")
  element.className = "conversation__line"
  element.dataset[kind] = ""
  element.textContent = words
  return element
}

function dayOf({ dataset }) {
  return DAY.format(new Date(dataset.createdAt))
}

function isFollowing(former, { dataset }) {
  const near = Date.parse(dataset.createdAt) - Date.parse(former.dataset.createdAt) < CLOSE_MS
  return near && former.dataset.author === dataset.author
}

function keepFocus(shown, element) {
  if (shown.contains(document.activeElement)) queueMicrotask(() => element.focus({ preventScroll: true }))
}
