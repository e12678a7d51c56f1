// Short messages in the corner: they leave by themselves, unless somebody is at them.
const READING_MS = 10_000
const UNDO_MS = 30_000

export function showToast(toast) {
  document.getElementById("toasts").append(toast)
}

export function connectToasts(region) {
  for (const toast of region.querySelectorAll("[data-toast]")) leaveLater(toast)
  region.addEventListener("click", ({ target }) => {
    if (target.closest("[data-close]")) target.closest(".toast").remove()
  })
  new MutationObserver(changes => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node.dataset && "toast" in node.dataset) leaveLater(node)
    }
  }).observe(region, { childList: true })
}

function leaveLater(toast) {
  const wait = toast.querySelector("form")?.checkVisibility() ? UNDO_MS : READING_MS
  setTimeout(() => (toast.matches(":hover, :focus-within") ? leaveLater(toast) : toast.remove()), wait)
}
