// Where a conversation stands: at its end it stays there, elsewhere nothing moves beneath the reader.
const NEAR_PX = 48

export class Scroll {
  #conversation
  #box
  #news
  #top = 0

  constructor(conversation) {
    this.#conversation = conversation
    this.#box = conversation.querySelector("[data-scroll]")
    this.#news = conversation.querySelector("[data-news]")
    this.#box.addEventListener("scroll", () => this.#moved(), { passive: true })
    this.#news.addEventListener("click", () => this.toEnd())
    this.#keepPlace()
    // Pictures, a growing composer, a turned phone.
    const resized = new ResizeObserver(() => this.atEnd && this.toEnd())
    for (const element of [this.#box, ...this.#box.children]) resized.observe(element)
  }

  get atEnd() {
    return "atEnd" in this.#conversation.dataset
  }

  set #atEnd(atEnd) {
    this.#conversation.toggleAttribute("data-at-end", atEnd)
    if (atEnd) this.#news.hidden = true
  }

  toEnd() {
    this.#box.scrollTop = this.#box.scrollHeight
    this.#atEnd = true
  }

  to(element) {
    this.#atEnd = false
    element.scrollIntoView({ block: "center" })
  }

  // Something came at the end.
  came() {
    if (this.atEnd) this.toEnd()
    else this.#news.hidden = false
  }

  #moved() {
    const { scrollHeight, scrollTop, clientHeight } = this.#box
    const isNear = scrollHeight - scrollTop - clientHeight < NEAR_PX
    // What grew meanwhile does not take it from the end: only who scrolls up leaves it.
    if (isNear || scrollTop < this.#top) this.#atEnd = isNear
    this.#top = scrollTop
    this.#box.dispatchEvent(new CustomEvent("chat:moved", { bubbles: true }))
  }

  // Earlier messages come above what is read: htmx puts them there. Readers are not told of them as news.
  #keepPlace() {
    const box = this.#box
    let below = 0
    box.addEventListener("htmx:beforeSwap", () => {
      box.setAttribute("aria-busy", "true")
      below = box.scrollHeight - box.scrollTop
    })
    box.addEventListener("htmx:afterSwap", () => {
      box.dispatchEvent(new CustomEvent("chat:earlier"))
      box.scrollTop = box.scrollHeight - below
      requestAnimationFrame(() => box.removeAttribute("aria-busy"))
    })
  }
}
