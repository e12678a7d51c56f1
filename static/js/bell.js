// The bell's number: on the bell, and in front of the page's title.
export function connectBell(bell, events) {
  const show = ({ detail: { unread } }) => {
    bell.dataset.unread = unread
    bell.querySelector("[data-count]").textContent = unread
    document.title = document.title.replace(/^(\(\d+\) )?/, unread ? `(${unread}) ` : "")
  }
  for (const type of ["created", "updated", "read"]) events.addEventListener(`notification.${type}`, show)
  show({ detail: { unread: Number(bell.dataset.unread) } })
}
