// What is done to cases goes to the server one after the other, each on the rev that was seen, and can be undone.
import { call, Refused } from "caseloom/chat-api.js"
import { showFailure } from "caseloom/failures.js"
import { words } from "caseloom/words.js"

const KEPT_CHANGES = 200
const SHOWN_KEYS = 5
const READING_MS = 8_000
const LAST_WORDS = ["restore", "nothing", "stale"]

// Asks for it from wherever it was wished: `cases` are elements.
export function act(page, cases, wish) {
  const keys = cases.map(element => element.dataset.case)
  if (keys.length) page.dispatchEvent(new CustomEvent("case:act", { detail: { keys, wish } }))
}

export function undo(page) {
  page.dispatchEvent(new Event("case:undo"))
}

export function connectCaseWork(tools) {
  const page = tools.closest("[data-task-page]")
  const work = new CaseWork(page, tools.querySelector("[data-undo]"))
  page.addEventListener("case:act", ({ detail }) => work.act(detail))
  page.addEventListener("case:undo", () => work.undo())
  page.addEventListener("case:saved", ({ detail }) => work.remember([detail]))
  for (const button of page.querySelectorAll("[data-undo], [data-undo-said]")) {
    button.addEventListener("click", () => work.undo())
  }
}

class CaseWork {
  #page
  #button
  #store
  #revs = new Map()
  #changes
  #said
  #turn = Promise.resolve()

  constructor(page, button) {
    this.#page = page
    this.#button = button
    this.#store = `case-changes-${page.dataset.taskPage}`
    this.#changes = JSON.parse(sessionStorage.getItem(this.#store) ?? "[]")
    this.#keep()
  }

  act({ keys, wish }) {
    this.#next(async () => {
      const cases = keys.map(key => ({ key, rev: this.#revOf(key) }))
      this.remember((await this.#send({ ...wish, cases }, wish.action)).changed)
    })
  }

  undo() {
    this.#next(async () => {
      const change = this.#changes.pop()
      if (!change) return this.#say("nothing", [])
      this.#keep()
      const cases = change.map(({ key, before, rev }) => ({ key, rev, to: before }))
      const { changed } = await this.#send({ action: "restore", cases }, "restore")
      for (const { key, rev } of changed)
        this.#nowAt(
          change.find(one => one.key === key),
          rev,
        )
    })
  }

  remember(changed) {
    const all = changed.map(({ key, before, rev }) => ({ key, before, rev }))
    const real = all.filter(({ before, rev }) => before && before !== rev)
    for (const { key, rev } of real) this.#revs.set(key, rev)
    if (!real.length) return
    this.#changes.push(real)
    this.#keep()
  }

  // What was undone is again as it was: earlier changes led to that, by its new rev.
  #nowAt({ key, before }, rev) {
    this.#revs.set(key, rev)
    for (const one of this.#changes.flat()) if (one.key === key && one.rev === before) one.rev = rev
    this.#keep()
  }

  #revOf(key) {
    const shown = Number(document.getElementById(key)?.dataset.rev ?? 0)
    return Math.max(shown, this.#revs.get(key) ?? 0) || null
  }

  async #send(body, action) {
    const done = await call("POST", this.#page.dataset.doUrl, body)
    if (done.matched) this.#say(action, done.changed.length ? done.changed : body.cases)
    if (done.stale.length)
      this.#say(
        "stale",
        done.stale.map(key => ({ key })),
      )
    return done
  }

  #next(work) {
    this.#turn = this.#turn.then(work).catch(error => {
      if (!(error instanceof Refused || error instanceof DOMException || error instanceof TypeError))
        throw error
      showFailure(document, error.status ? error : null)
    })
  }

  #keep() {
    this.#changes = this.#changes.slice(-KEPT_CHANGES)
    sessionStorage.setItem(this.#store, JSON.stringify(this.#changes))
    this.#button.disabled = !this.#changes.length
  }

  // For those who hear the page, and beside the button for those who see it.
  #say(what, cases) {
    const keys = cases.slice(0, SHOWN_KEYS).map(({ key }) => key)
    const more = cases.length > SHOWN_KEYS ? " …" : ""
    const said = this.#page.querySelector("[data-case-said]")
    said.textContent = words.case[what].replace("{keys}", keys.join(", ") + more)
    said.dataset.what = what
    this.#offerUndo(!LAST_WORDS.includes(what))
    this.#fallSilent(said)
  }

  #offerUndo(offered) {
    const button = this.#page.querySelector("[data-undo-said]")
    if (!offered && button.matches(":focus")) this.#page.querySelector("[data-current]")?.focus()
    button.hidden = !offered
  }

  // Not under the hand of somebody who is about to press the button.
  #fallSilent(said) {
    clearTimeout(this.#said)
    this.#said = setTimeout(() => {
      if (said.parentElement.matches(":hover, :focus-within")) return this.#fallSilent(said)
      said.replaceChildren()
      this.#offerUndo(false)
    }, READING_MS)
  }
}
