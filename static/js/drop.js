// Files dropped on the requirement box, or chosen again, join those that were chosen before.
export function connectDrop(box) {
  const input = box.querySelector("[type=file]")
  const mark = dragging => box.toggleAttribute("data-dragging", dragging)
  keepChosen(input)
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
    join(input, input.files, event.dataTransfer.files)
  })
}

// Choosing makes two events; by the first, which is the browser's own, what was held is not joined yet.
function keepChosen(input) {
  let held = [...input.files]
  input.addEventListener("input", ({ isTrusted }) => {
    if (!isTrusted) held = [...input.files]
  })
  input.addEventListener("change", () => join(input, held, input.files))
}

// The same file twice is one.
function join(input, held, added) {
  const all = new Map(
    [...held, ...added].map(file => [`${file.name} ${file.size} ${file.lastModified}`, file]),
  )
  choose(input, [...all.values()])
}

export function choose(input, files) {
  const chosen = new DataTransfer()
  for (const file of files) chosen.items.add(file)
  input.files = chosen.files
  input.dispatchEvent(new Event("input", { bubbles: true }))
}
