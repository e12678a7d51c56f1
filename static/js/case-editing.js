// A case's form and its history open in its card, brought by the server; what is typed outlives what happens
// to the card.
import { BLANK_KEY } from "caseloom/case.js"
import { act } from "caseloom/case-work.js"
import { clone, replaceIn } from "caseloom/markup.js"

const OPENERS = {
  edit: (card, link) => open(card, link.href, "form"),
  history: (card, link) => open(card, link.href, "history"),
  more: (card, button) => toggleMore(card, button),
  accept: card => review(card, "accept", "accepted"),
  reject: card => review(card, "reject", "rejected"),
  delete: card => act(pageOf(card), [card], { action: "delete" }),
}

export function connectCaseEditing(document) {
  document.addEventListener("click", event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !event.target.closest("[data-task-page]")) return
    const opener = event.target.closest("[data-do]")
    const work = opener && OPENERS[opener.dataset.do]
    if (work) event.preventDefault()
    if (work) work(opener.closest("[data-case]"), opener)
    else followTools(event)
  })
  document.addEventListener("case:saved", ({ detail, target }) => saved(target, detail))
  document.addEventListener("case:left", ({ target }) => shut(target))
  document.addEventListener("region:replaced", ({ detail }) => rescue(detail))
}

function pageOf(element) {
  return element.closest("[data-task-page]")
}

// Pressed again, it takes the review back.
function review(card, action, review) {
  act(pageOf(card), [card], { action: card.dataset.review === review ? "draft" : action })
}

function followTools(event) {
  const write = event.target.closest("[data-write]")
  if (write) {
    event.preventDefault()
    bring(write.href, pageOf(write).querySelector("[data-case-slot]"))
  }
  const history = event.target.closest("[data-leave-history]")
  if (history) shut(history)
}

function open(card, address, kind) {
  const there = card.querySelector(`:scope > [data-kept=${kind}]`)
  if (there) return (there.querySelector("textarea, [tabindex]") ?? card).focus()
  const holder = document.createElement("div")
  holder.dataset.kept = kind
  card.append(holder)
  bring(address, holder)
}

async function bring(address, holder) {
  if (holder.querySelector("form")) return holder.querySelector("textarea").focus()
  await window.htmx.ajax("GET", address, { target: holder, swap: "innerHTML" })
  if (!holder.children.length && "kept" in holder.dataset) holder.remove()
  holder.querySelector("[data-history]")?.focus()
}

function toggleMore(card, button) {
  const former = pageOf(card).querySelector("[data-case-more]")
  const own = former && card.contains(former)
  for (const other of pageOf(card).querySelectorAll("[data-do=more][aria-expanded=true]")) {
    other.setAttribute("aria-expanded", false)
  }
  former?.remove()
  if (own) return
  const more = clone(document, "case-more")
  more.dataset.kept = "more"
  replaceIn(more, BLANK_KEY, card.dataset.case)
  card.querySelector(".case__work").after(more)
  button.setAttribute("aria-expanded", true)
}

// Told before htmx takes the form away: it must find it there.
function saved(target, { key }) {
  const holder = target.closest?.("[data-kept], [data-case-slot]")
  if (!holder) return
  setTimeout(() => {
    shut(holder)
    if ("caseSlot" in holder.dataset) focusOnceThere(key)
  })
}

function shut(inside) {
  const card = inside.closest("[data-case]")
  const holder = inside.closest("[data-kept]")
  if (holder) holder.remove()
  else inside.closest("[data-case-slot]")?.replaceChildren()
  if (card && "gone" in card.dataset) card.remove()
  else card?.focus({ preventScroll: true })
}

function focusOnceThere(key) {
  const look = () => {
    const card = document.getElementById(key)
    if (!card) return document.addEventListener("cases:changed", look, { once: true })
    card.focus({ preventScroll: true })
    card.scrollIntoView({ block: "nearest" })
  }
  look()
}

// The page was read again while somebody typed: the form goes on in the new one.
function rescue({ from, to }) {
  for (const form of from.querySelectorAll("[data-case-form]")) {
    const slot = to.querySelector("[data-case-slot]")
    const card = form.dataset.caseForm && to.querySelector(`[id="${form.dataset.caseForm}"]`)
    const holder = form.closest("[data-kept]")
    if (card && holder) card.append(holder)
    else slot?.append(form)
  }
}
