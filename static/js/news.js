// What was just told: a toast in the one page that is in front, else a pop-up by the site's worker.
import { showPopUp, withdrawPopUps } from "caseloom/browser-notes.js"
import { isBeingRead } from "caseloom/chat-reading.js"
import { isLookedAt } from "caseloom/looking.js"
import { clone } from "caseloom/markup.js"
import { isNews, makeNote } from "caseloom/notes.js"
import { markSeen } from "caseloom/seen.js"
import { showToast } from "caseloom/toasts.js"

const TURN_MS = 10_000
const GATHER_MS = 150
const MOST_TOASTS = 4

export function connectNews(document, events) {
  const front = new Front(document.body.dataset.seenByToast)
  const told = ({ detail: { notification, popup } }) => {
    if (!isNews(notification)) withdraw(front, notification)
    else if (popup !== false && !isBeingRead(notification)) announce(front, notification)
  }
  for (const type of ["created", "updated", "due"]) events.addEventListener(`notification.${type}`, told)
  events.addEventListener("notification.read", ({ detail }) => withdrawRead(front, detail))
  events.addEventListener("connection", ({ detail: state }) => {
    front.live = state === "live"
  })
  navigator.serviceWorker?.addEventListener("message", ({ data, ports }) => {
    if (data.type === "look")
      ports[0].postMessage({ looksAtNews: front.live && isLookedAt(), mayLeave: mayLeave() })
  })
}

// Several events at once may be of one notification, and the last may say that it is no news: toasts wait for it.
class Front {
  live = false
  #waiting = new Map()
  #seenAt

  constructor(seenAt) {
    this.#seenAt = seenAt
  }

  toast(notification) {
    if (this.#waiting.size === 0) setTimeout(() => this.#show(), GATHER_MS)
    this.#waiting.set(notification.id, notification)
  }

  forget(id) {
    this.#waiting.delete(id)
  }

  async #show() {
    const gathered = [...this.#waiting.values()]
    this.#waiting.clear()
    const mine = await Promise.all(gathered.map(async note => ((await isMine("toast", note)) ? [note] : [])))
    const shown = mine.flat()
    for (const notification of shown.slice(-MOST_TOASTS)) {
      removeToast(notification.id)
      showToast(makeToast(notification))
    }
    if (shown.length && isLookedAt())
      markSeen(
        this.#seenAt,
        shown.map(({ id }) => id),
      )
  }
}

// A page in front that nobody has touched for a while has its toast, and swallows no pop-up.
async function announce(front, notification) {
  if (document.hasFocus()) front.toast(notification)
  if (!isLookedAt() && (await isMine("pop-up", notification))) showPopUp(notification)
}

// One tab of all gets the turn, and keeps it until the others have heard, too.
function isMine(what, { id, count }) {
  if (!navigator.locks) return true
  return new Promise(settle => {
    navigator.locks.request(`${what}:${id}:${count}`, { ifAvailable: true }, lock => {
      settle(Boolean(lock))
      return lock && new Promise(over => setTimeout(over, TURN_MS))
    })
  })
}

function makeToast(notification) {
  const frame = clone(document, "toast")
  frame.querySelector(".notes").append(makeNote(notification))
  return frame
}

function removeToast(id) {
  document.querySelector(`[data-toast]:has([data-notification="${id}"])`)?.remove()
}

function withdraw(front, { id, read_at: read, archived_at: archived }) {
  front.forget(id)
  if (!read && !archived) return
  removeToast(id)
  withdrawPopUps([id])
}

function withdrawRead(front, { ids, all }) {
  for (const id of ids ?? []) {
    front.forget(id)
    removeToast(id)
  }
  withdrawPopUps(all ? null : ids)
}

// Text that somebody typed and did not send would be lost.
function mayLeave() {
  const texts = document.querySelectorAll("textarea, input:not([type=hidden], [type=checkbox], [type=radio])")
  return [...texts].every(text => text.value === text.defaultValue)
}
