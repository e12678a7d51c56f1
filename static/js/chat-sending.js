// From the box to the outbox: new messages, replies and edits; and what to do with those that did not go out.
import { call } from "caseloom/chat-api.js"
import { showFailure } from "caseloom/failures.js"

export function connectSending(talk) {
  const { conversation, composer, list, outbox } = talk
  composer.addEventListener("send", () => send(talk))
  composer.addEventListener("edit-last", () => {
    const last = list.lastOwn
    if (last) composer.about("edit", last)
  })
  conversation.addEventListener("click", ({ target }) => {
    const id = target.closest("[data-client-id]")?.dataset.clientId
    if (id && target.closest("[data-retry]")) outbox.retry(id)
    if (id && target.closest("[data-discard]")) takeBack(talk, id)
  })
}

function send(talk) {
  const { composer, files } = talk
  if (composer.tooLong || files.tooLarge) return
  if (composer.subject?.kind === "edit") sendEdit(talk)
  else if (!composer.isEmpty || files.chosen.length) sendNew(talk)
}

function sendNew({ conversation, composer, files, list, outbox, reading, scroll }) {
  const { subject, text } = composer
  outbox.send(text, files.chosen, subject && quoteOf(subject))
  conversation.querySelector("[data-nothing]")?.remove()
  files.put([])
  composer.done()
  composer.write("")
  reading.sent()
  reading.showSeen(null)
  list.arrange()
  scroll.toEnd()
}

function quoteOf({ id, author, text }) {
  return { id, author: author || null, text: [...text].slice(0, 200).join("") }
}

// An edit stays in the box until the server has it.
async function sendEdit({ conversation, composer, list }) {
  const { subject, text } = composer
  if (text === subject.text || composer.isEmpty) return composer.done()
  const url = `${conversation.dataset.api}/messages/${subject.id}`
  try {
    list.put(await call("PATCH", url, { text }))
    composer.done()
  } catch (failure) {
    showFailure(document, failure.status ? failure : null)
  }
}

function takeBack({ composer, files, outbox }, id) {
  const message = outbox.discard(id)
  files.put([...files.chosen, ...message.files])
  composer.write([message.text, composer.text].filter(Boolean).join("\n"))
  composer.focus()
}
