// Files dropped on the requirement box join those that were chosen; their names are shown.
export function connectDrop(box) {
  const files = box.querySelector("[type=file]")
  showNames(files, box.querySelector("[data-chosen]"))
  const mark = dragging => box.toggleAttribute("data-dragging", dragging)
  box.addEventListener("dragover", event => {
    if (!event.dataTransfer.types.includes("Files")) return
    event.preventDefault()
    mark(true)
  })
  box.addEventListener("dragleave", ({ relatedTarget }) => mark(box.contains(relatedTarget)))
  box.addEventListener("drop", event => {
    mark(false)
    if (!event.dataTransfer.files.length) return
    event.preventDefault()
    join(files, event.dataTransfer.files)
  })
}

function join(input, dropped) {
  const all = new DataTransfer()
  for (const file of [...input.files, ...dropped]) all.items.add(file)
  input.files = all.files
  input.dispatchEvent(new Event("input", { bubbles: true }))
}

function showNames(input, output) {
  const none = output.value
  const show = () => {
    output.value = [...input.files].map(file => file.name).join(", ") || none
  }
  input.addEventListener("input", show)
  show()
}
