// Sending: a message stands in the list at once and is sent, in order, under one `client_id` however often.
// What did not go out is kept for the tab and tried again once the page is connected.
import { call, newId } from "caseloom/chat-api.js"

const AGAIN_MS = 10_000

export class Outbox {
  #url
  #list
  #key
  #waiting = new Map()
  #sending = Promise.resolve()

  constructor({ dataset }, list) {
    this.#url = `${dataset.api}/messages`
    this.#key = `unsent:${dataset.conversation}`
    this.#list = list
    for (const message of JSON.parse(sessionStorage.getItem(this.#key) ?? "[]")) {
      this.#wait(message).dataset.state = "failed"
    }
  }

  get size() {
    return this.#waiting.size
  }

  send(text, files, replyTo) {
    const message = { id: newId(), text, reply_to: replyTo, files, created_at: new Date().toISOString() }
    this.#wait(message)
    this.#queue(message.id)
  }

  retryAll() {
    for (const [id, { element }] of this.#waiting) {
      if (element.dataset.state === "failed" && !("refused" in element.dataset)) this.#queue(id)
    }
  }

  retry(id) {
    this.#queue(id)
  }

  // Takes a message out again and gives back what was typed.
  discard(id) {
    const { message, element } = this.#waiting.get(id)
    element.remove()
    this.confirm(id)
    return message
  }

  // The event of an own message may come before the answer, or instead of it.
  confirm(id) {
    this.#waiting.delete(id)
    this.#keep()
  }

  #wait(message) {
    const files = message.files.map(file => ({ name: file.name, size: file.size, url: "#", media_type: "" }))
    const shown = { ...message, files, cards: [], reactions: [], edited_at: null, deleted: false }
    const element = this.#list.putWaiting(shown)
    this.#waiting.set(message.id, { message, element })
    this.#keep()
    return element
  }

  // Files are not kept over a reload: they stay with their owner, who sees that they are missing.
  #keep() {
    const kept = [...this.#waiting.values()].map(({ message }) => ({ ...message, files: [] }))
    if (kept.length) sessionStorage.setItem(this.#key, JSON.stringify(kept.filter(({ text }) => text)))
    else sessionStorage.removeItem(this.#key)
  }

  #queue(id) {
    const entry = this.#waiting.get(id)
    if (!entry) return
    entry.element.dataset.state = "sending"
    this.#sending = this.#sending.then(() => this.#post(entry))
  }

  async #post({ message, element }) {
    if (!this.#waiting.has(message.id)) return
    try {
      this.#list.put(await call("POST", this.#url, bodyOf(message)))
      this.confirm(message.id)
    } catch (failure) {
      if (this.#waiting.has(message.id)) fail(element, failure)
      setTimeout(() => this.retryAll(), AGAIN_MS)
    }
  }
}

function bodyOf({ id, text, files, reply_to: original }) {
  const facts = { text, client_id: id, ...(original && { reply_to: original.id }) }
  if (!files.length) return facts
  const form = new FormData()
  for (const [name, value] of Object.entries(facts)) form.append(name, value)
  for (const file of files) form.append("files", file)
  return form
}

function fail(element, failure) {
  element.dataset.state = "failed"
  if (failure.forGood) element.dataset.refused = ""
  if (failure.forGood) element.querySelector("[data-reason]").textContent = failure.message
}
