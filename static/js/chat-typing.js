// Who is typing, both ways; and the dots of those who are online, wherever their names stand.
const SHOWN_MS = 4_000
const TELL_MS = 2_000

export class Typing {
  #line
  #typing = new Map()

  constructor(conversation) {
    this.#line = conversation.querySelector("[data-typing]")
  }

  came(name) {
    this.gone(name)
    this.#typing.set(
      name,
      setTimeout(() => this.gone(name), SHOWN_MS),
    )
    this.#show()
  }

  gone(name) {
    clearTimeout(this.#typing.get(name))
    this.#typing.delete(name)
    this.#show()
  }

  #show() {
    const names = [...this.#typing.keys()]
    const { one, many } = this.#line.dataset
    const list = new Intl.ListFormat(document.documentElement.lang).format(names)
    const words = names.length > 1 ? many.replace("{names}", () => list) : one.replace("{name}", () => list)
    this.#line.textContent = names.length ? words : ""
  }
}

// At most one frame in two seconds.
export function tellTyping(composer, send) {
  let told = Number.NEGATIVE_INFINITY
  composer.addEventListener("typed", () => {
    if (composer.isEmpty || performance.now() - told < TELL_MS) return
    told = performance.now()
    send()
  })
}

export function connectPresence(document, events) {
  let online = new Set()
  const show = root => {
    for (const dot of root.querySelectorAll("[data-person]")) {
      const { person } = dot.dataset
      const isSelf = person === dot.closest("[data-me]")?.dataset.me
      dot.toggleAttribute("data-online", isSelf || online.has(person))
    }
  }
  // A new socket is greeted with everyone who is online.
  events.addEventListener("connection", () => {
    online = new Set()
    show(document)
  })
  events.addEventListener("presence", ({ detail: { user, online: isOnline } }) => {
    if (isOnline) online.add(user)
    else online.delete(user)
    show(document)
  })
  document.addEventListener("htmx:load", ({ detail }) => show(detail.elt))
  document.addEventListener("chat:people", ({ target }) => show(target))
}
