// Every task that the page shows follows its events, wherever it stands.
import { showQueue, showTask } from "caseloom/task.js"

export function tasksOnPage(document, id) {
  return document.querySelectorAll(`[data-task="${id}"]`)
}

export function connectTasks(document, events) {
  const show = task => {
    for (const element of tasksOnPage(document, task.id)) showTask(element, task)
  }
  events.addEventListener("task.created", ({ detail }) => show(detail.task))
  events.addEventListener("task.updated", ({ detail }) => show(detail.task))
  events.addEventListener("task.progress", ({ detail }) => show(detail))
  events.addEventListener("queue", ({ detail }) => {
    for (const element of document.querySelectorAll("[data-task]")) showQueue(element, detail)
  })
}
