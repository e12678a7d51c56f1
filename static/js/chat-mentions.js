// Names after an @: a list box that belongs to the text box while it is open.
const WANTED = /(?:^|[\s(（,，、])[@＠]([\p{L}\p{N}_.@+-]{0,150})$/u
const SHOWN = 8

export class Mentions {
  #text
  #list
  #members
  #template

  constructor(form, members) {
    this.#text = form.elements.text
    this.#list = form.querySelector("[data-names]")
    this.#template = form.querySelector("[data-name-template]").content.firstElementChild
    this.#members = members
    this.#text.addEventListener("input", () => this.#offer())
    this.#text.addEventListener("blur", () => this.#close())
    this.#text.addEventListener("keydown", event => this.#pressed(event))
    // A press must not take the focus from the text.
    this.#list.addEventListener("pointerdown", event => event.preventDefault())
    this.#list.addEventListener("click", ({ target }) => this.#choose(target.closest("[role=option]")))
  }

  get #options() {
    return [...this.#list.children]
  }

  get #active() {
    return this.#options.find(option => option.ariaSelected === "true")
  }

  #begun() {
    const { value, selectionStart: end } = this.#text
    return WANTED.exec(value.slice(0, end))?.[1] ?? null
  }

  #offer() {
    const begun = this.#begun()?.toLowerCase()
    const names = begun === undefined ? [] : this.#members().filter(name => fits(name, begun))
    // A name that is whole already must not keep Enter from sending.
    if (!names.length || (names.length === 1 && names[0].toLowerCase() === begun)) return this.#close()
    names.sort((a, b) => b.toLowerCase().startsWith(begun) - a.toLowerCase().startsWith(begun))
    this.#list.replaceChildren(...names.slice(0, SHOWN).map((name, n) => this.#option(name, n)))
    this.#open()
    this.#point(this.#options[0])
  }

  #option(name, number) {
    const option = this.#template.cloneNode(true)
    option.id = `${this.#list.id}-${number}`
    option.textContent = name
    return option
  }

  #open() {
    this.#list.hidden = false
    this.#text.setAttribute("role", "combobox")
    this.#text.setAttribute("aria-expanded", "true")
    this.#text.setAttribute("aria-autocomplete", "list")
    this.#text.setAttribute("aria-controls", this.#list.id)
  }

  #close() {
    this.#list.hidden = true
    this.#list.replaceChildren()
    for (const name of [
      "role",
      "aria-expanded",
      "aria-autocomplete",
      "aria-controls",
      "aria-activedescendant",
    ]) {
      this.#text.removeAttribute(name)
    }
  }

  #point(option) {
    for (const other of this.#options) other.ariaSelected = String(other === option)
    this.#text.setAttribute("aria-activedescendant", option.id)
    option.scrollIntoView({ block: "nearest" })
  }

  #pressed(event) {
    if (this.#list.hidden || event.isComposing) return
    const act = {
      ArrowDown: () => this.#step(1),
      ArrowUp: () => this.#step(-1),
      Enter: () => this.#choose(this.#active),
      Tab: () => this.#choose(this.#active),
      Escape: () => this.#close(),
    }[event.key]
    if (!act) return
    event.preventDefault()
    // The composer and the panel know these keys, too.
    event.stopImmediatePropagation()
    act()
  }

  #step(by) {
    const all = this.#options
    this.#point(all.at((all.indexOf(this.#active) + by) % all.length))
  }

  #choose(option) {
    if (!option) return
    const { selectionStart: end } = this.#text
    const start = end - this.#begun().length
    this.#text.setRangeText(`${option.textContent} `, start, end, "end")
    this.#close()
    this.#text.dispatchEvent(new Event("input", { bubbles: true }))
  }
}

function fits(name, begun) {
  return name.toLowerCase().includes(begun)
}
