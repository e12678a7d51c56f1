// Files for the next message: chosen, dropped anywhere on the conversation, or pasted.
import { fill } from "caseloom/markup.js"

export class Files {
  #form
  #input
  #list

  constructor(form, conversation) {
    this.#form = form
    this.#input = form.elements.files
    this.#list = form.querySelector("[data-chosen-files]")
    this.#input.addEventListener("change", () => this.#show())
    form.addEventListener("paste", event => this.#take(event, event.clipboardData))
    connectDropping(conversation, event => this.#take(event, event.dataTransfer))
    this.#show()
  }

  get chosen() {
    return [...this.#input.files]
  }

  get tooLarge() {
    const bytes = this.chosen.reduce((sum, { size }) => sum + size, 0)
    return bytes > Number(this.#form.dataset.maxBytes)
  }

  put(files) {
    const all = new DataTransfer()
    for (const file of files) all.items.add(file)
    this.#input.files = all.files
    this.#show()
  }

  #take(event, { files }) {
    if (!files.length) return
    event.preventDefault()
    this.put([...this.chosen, ...files])
  }

  #show() {
    const template = this.#form.querySelector("[data-file-template]").content.firstElementChild
    this.#list.hidden = !this.chosen.length
    this.#form.querySelector("[data-too-large]").hidden = !this.tooLarge
    this.#list.replaceChildren(
      ...this.chosen.map(file => {
        const entry = template.cloneNode(true)
        fill(entry, { name: file.name })
        entry.querySelector("[data-remove]").addEventListener("click", () => this.#remove(file))
        return entry
      }),
    )
  }

  #remove(file) {
    this.put(this.chosen.filter(other => other !== file))
    this.#form.elements.text.focus()
  }
}

function connectDropping(conversation, take) {
  const mark = dragging => conversation.toggleAttribute("data-dragging", dragging)
  conversation.addEventListener("dragover", event => {
    if (!event.dataTransfer.types.includes("Files")) return
    event.preventDefault()
    mark(true)
  })
  conversation.addEventListener("dragleave", ({ relatedTarget }) => {
    mark(conversation.contains(relatedTarget))
  })
  conversation.addEventListener("drop", event => {
    mark(false)
    take(event)
  })
}
