// A message's markup, made of the payload that API and events give. Only the server's clean `html` is parsed.
import { clone, cloneFor, fill } from "caseloom/markup.js"
import { showTime } from "caseloom/times.js"

export function makeMessage(message, facts) {
  const { me } = facts
  const element = cloneFor(document, "message", message.id)
  mark(element, message, me)
  fill(element, withAuthor(element, message, facts))
  showTime(element.querySelector(".message__head time"), message.created_at)
  showText(element.querySelector("[data-html]"), message)
  showQuote(element.querySelector("[data-quote]"), message.reply_to, facts)
  fillEach(element.querySelector("[data-cards]"), "card", message.cards, showCard)
  fillEach(element.querySelector("[data-message-files]"), "file", message.files, showFile)
  fillEach(element.querySelector("[data-reactions]"), "reaction", message.reactions, showReaction(me))
  return element
}

function mark({ dataset }, message, me) {
  Object.assign(dataset, {
    author: message.author ?? "",
    createdAt: message.created_at,
    mine: message.author === me ? "yes" : "no",
    gone: message.deleted ? "yes" : "no",
    text: message.text,
  })
}

// Without an author it is nobody's: Caseloom's own, or of somebody who was deleted.
function withAuthor(element, message, { nobody }) {
  const readers = element.querySelector("[data-tools] .for-readers")
  const site = element.querySelector("[data-field=author]").textContent
  const author = message.author ?? nobody
  readers.textContent = readers.textContent.replace(site, () => author)
  return { ...message, author, edited_at: message.deleted ? null : message.edited_at }
}

function showText(slot, { html, text, deleted }) {
  if (deleted) slot.replaceChildren()
  else if (html === undefined) slot.textContent = text
  else slot.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes)
}

function showQuote(quote, original, { page, nobody }) {
  quote.hidden = !original
  if (!original) return
  quote.href = `${page}?at=${original.id}#m-${original.id}`
  quote.dataset.quote = original.id
  quote.querySelector("[data-quote-author]").textContent = original.author ?? nobody
  quote.querySelector("[data-quote-text]").textContent = original.text
}

const EXCERPT_CHARACTERS = 200

// The beginning of a text, as the server's quotes have it.
export function excerpt(text) {
  const characters = [...text]
  return characters.length <= EXCERPT_CHARACTERS
    ? text
    : `${characters.slice(0, EXCERPT_CHARACTERS - 1).join("")}…`
}

function fillEach(list, name, values, show) {
  list.replaceChildren(
    ...values.map(value => {
      const child = clone(document, name)
      show(child, value)
      return child
    }),
  )
}

export function showCard(element, card) {
  const state = card.label ?? card.status ?? card.review
  element.dataset.card = card.kind
  element.dataset.of = card.id
  element.dataset.status = card.status ?? card.review
  element.querySelector("[data-field=key]").hidden = !card.key
  element.querySelector("a").href = card.url
  fill(element, { key: card.key ?? "", title: card.title, state })
}

const sizes = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 })

function showFile(element, { name, size, url, media_type: type }) {
  const picture = element.querySelector("img")
  element.querySelector("a").href = url
  picture.hidden = !picture.dataset.types.split(" ").includes(type)
  if (!picture.hidden) picture.src = url
  fill(element, { name })
  element.querySelector("[data-size]").textContent = sayBytes(size)
}

export function sayBytes(size) {
  if (size < 1_024) return `${sizes.format(size)} B`
  if (size < 1_048_576) return `${sizes.format(size / 1_024)} KB`
  return `${sizes.format(size / 1_048_576)} MB`
}

const showReaction =
  me =>
  (element, { emoji, users }) => {
    const button = element.querySelector("button")
    button.dataset.react = emoji
    button.title = users.join(", ")
    button.setAttribute("aria-pressed", users.includes(me))
    fill(element, { emoji, count: users.length, names: users.join(", ") })
  }
