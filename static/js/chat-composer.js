// The box in which a message is written: it grows, keeps drafts, takes files, replies and edits.
const STRIP_CHARACTERS = 160

export class Composer extends EventTarget {
  #form
  #text
  #strip
  #key
  #subject = null

  constructor(form, room) {
    super()
    this.#form = form
    this.#text = form.elements.text
    this.#strip = form.querySelector("[data-strip]")
    this.#key = `draft:${room}`
    if (!this.#text.value) this.#text.value = sessionStorage.getItem(this.#key) ?? ""
    this.#listen()
    this.#typed()
  }

  get text() {
    return this.#text.value
  }

  get isEmpty() {
    return !this.#text.value.trim()
  }

  get tooLong() {
    return [...this.#text.value].length > Number(this.#text.dataset.limitPoints)
  }

  get subject() {
    return this.#subject
  }

  focus() {
    this.#text.focus()
  }

  write(text) {
    this.#text.value = text
    this.#typed()
  }

  // `kind` is "reply" or "edit": what is written next is about this message.
  about(kind, { dataset }) {
    const { message: id, author, text } = dataset
    this.#subject = { kind, id, author, text }
    if (kind === "edit") this.write(text)
    this.#showStrip()
    this.focus()
  }

  done() {
    const wasEdit = this.#subject?.kind === "edit"
    this.#subject = null
    this.#showStrip()
    if (wasEdit) this.write("")
  }

  #listen() {
    this.#text.addEventListener("input", () => {
      this.#typed()
      this.dispatchEvent(new Event("typed"))
    })
    this.#text.addEventListener("keydown", event => this.#pressed(event))
    this.#form.addEventListener("submit", event => {
      event.preventDefault()
      this.dispatchEvent(new Event("send"))
    })
    this.#form.querySelector("[data-strip-close]").addEventListener("click", () => {
      this.done()
      this.focus()
    })
  }

  // While an input method composes, Enter chooses a word. Safari ends composing before its keydown: 229.
  #pressed(event) {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return
    if (event.key === "Escape" && this.#subject) {
      event.preventDefault()
      this.done()
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault()
      this.#form.requestSubmit()
    } else if (event.key === "ArrowUp" && !this.#text.value) {
      event.preventDefault()
      this.dispatchEvent(new Event("edit-last"))
    }
  }

  #typed() {
    this.#text.rows = 1
    const line = Number.parseFloat(getComputedStyle(this.#text).lineHeight)
    const padding = this.#text.offsetHeight - line
    this.#text.rows = Math.max(1, Math.min(8, Math.round((this.#text.scrollHeight - padding) / line)))
    this.#count()
    if (this.#subject?.kind === "edit") return
    if (this.#text.value) sessionStorage.setItem(this.#key, this.#text.value)
    else sessionStorage.removeItem(this.#key)
  }

  // Counted in code points, as the server counts; shown once it matters.
  #count() {
    const length = [...this.#text.value].length
    const limit = Number(this.#text.dataset.limitPoints)
    const counter = this.#form.querySelector("[data-over-limit]")
    counter.hidden = length < limit * 0.9
    counter.toggleAttribute("data-over", length > limit)
    counter.querySelector("[data-points]").value = length
    if (length > limit) this.#text.setAttribute("aria-invalid", "true")
    else this.#text.removeAttribute("aria-invalid")
  }

  #showStrip() {
    this.#strip.hidden = !this.#subject
    if (!this.#subject) return
    const { kind, author, text } = this.#subject
    for (const title of this.#strip.querySelectorAll("[data-strip-for]")) {
      title.hidden = title.dataset.stripFor !== kind
    }
    this.#strip.querySelector("[data-strip-name]").textContent = author
    this.#strip.querySelector("[data-strip-text]").textContent = [...text].slice(0, STRIP_CHARACTERS).join("")
  }
}
