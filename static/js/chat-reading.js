// What was read: told once the end of a conversation was before somebody's eyes, and shown to whoever wrote.
import { call } from "caseloom/chat-api.js"

const SETTLE_MS = 300

export class Reading {
  #conversation
  #list
  #timer

  constructor(conversation, list) {
    this.#conversation = conversation
    this.#list = list
    this.#markFirst()
    this.showSeen(null)
    this.#watch()
  }

  // The page outlives a conversation in the panel, and must not keep it.
  #watch() {
    const gone = new AbortController()
    const look = () => this.look()
    for (const type of ["chat:moved", "focusin"]) this.#conversation.addEventListener(type, look)
    addEventListener("focus", look, { signal: gone.signal })
    document.addEventListener("visibilitychange", look, { signal: gone.signal })
    this.#conversation.addEventListener("htmx:beforeCleanupElement", ({ target }) => {
      if (target === this.#conversation) gone.abort()
    })
  }

  get #isRead() {
    return isRead(this.#conversation)
  }

  look() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#tell(), SETTLE_MS)
  }

  // Somebody else's message: the first one that is not read at once gets the line above it.
  came(element) {
    const { dataset } = this.#conversation
    if (!this.#isRead && !Number(dataset.roomUnread)) this.#list.markUnread(element, dataset.unreadWords)
    dataset.roomUnread = Number(dataset.roomUnread) + 1
    this.look()
  }

  sent() {
    this.#list.unmark()
  }

  changed({ unread, read, read_until: until }) {
    Object.assign(this.#conversation.dataset, { roomUnread: unread, readUntil: until ?? "" })
    this.showSeen(read)
    if (unread) this.look()
  }

  // In a direct room: whether the other has read one's last message.
  showSeen(read) {
    const { dataset } = this.#conversation
    const [, until] = Object.entries(read ?? {}).find(([name]) => name !== dataset.me) ?? []
    if (until) dataset.seenUntil = until
    const own = this.#list.all.at(-1)
    const isSeen =
      dataset.kind === "direct" &&
      own?.dataset.mine === "yes" &&
      !own.dataset.state &&
      moment(own.dataset.createdAt) <= moment(dataset.seenUntil)
    this.#conversation.querySelector("[data-seen]").hidden = !isSeen
  }

  async #tell() {
    const { dataset } = this.#conversation
    const newest = this.#list.all.findLast(message => !message.dataset.state)
    if (!Number(dataset.roomUnread) || !this.#isRead || !newest) return
    dataset.roomUnread = 0
    await call("POST", `${dataset.api}/read`, { until: newest.dataset.message }).catch(() => {
      dataset.roomUnread = 1
    })
  }

  #markFirst() {
    const { roomUnread, readUntil, unreadWords } = this.#conversation.dataset
    if (!Number(roomUnread)) return
    const isNew = ({ dataset }) => dataset.mine === "no" && !(moment(dataset.createdAt) <= moment(readUntil))
    const first = this.#list.all.find(isNew)
    if (first) this.#list.markUnread(first, unreadWords)
  }
}

// Before somebody's eyes, at its end.
function isRead(conversation) {
  const shown = conversation.isConnected && conversation.checkVisibility()
  return shown && document.hasFocus() && "atEnd" in conversation.dataset
}

// What a notification is of stands on the page already: it will be read in a moment.
export function isBeingRead({ url }) {
  const open = [...document.querySelectorAll("[data-conversation]")]
  return open.some(conversation => conversation.dataset.page === url && isRead(conversation))
}

// Times have microseconds, which `Date` cuts off.
function moment(text) {
  return Date.parse(text)
}
