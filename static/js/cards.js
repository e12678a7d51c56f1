// Cards of tasks and cases follow the event stream, wherever they stand.
import { fill } from "caseloom/markup.js"

export function connectCards(page, events) {
  const { labels = "{}" } = page.getElementById("card-template")?.dataset ?? {}
  const words = JSON.parse(labels)
  const hear = (type, act) => events.addEventListener(type, ({ detail }) => act(detail))
  const show = (kind, id, key, title, state) => {
    for (const card of cardsOf(page, id, kind, key)) {
      card.dataset.status = state
      fill(card, { title, state: words[state] })
    }
  }
  hear("task.updated", ({ task }) => show("task", task.id, "", task.title, task.status))
  hear("case.updated", ({ task_id: id, case: it }) => show("case", id, it.key, it.title, it.review))
  hear("case.deleted", ({ task_id: id, key }) => remove(cardsOf(page, id, "case", key)))
  hear("task.deleted", ({ id }) => remove(cardsOf(page, id)))
}

function cardsOf(page, id, kind, key) {
  const cards = [...page.querySelectorAll(`[data-card][data-of="${id}"]`)]
  return cards.filter(card => {
    const theirs = card.querySelector("[data-field=key]").textContent
    return !kind || (card.dataset.card === kind && theirs === key)
  })
}

function remove(cards) {
  for (const card of cards) card.remove()
}
