// One conversation, on the page or in the panel: what its parts hear of each other and of the event stream.
import { connectActions } from "caseloom/chat-actions.js"
import { Composer } from "caseloom/chat-composer.js"
import { Files } from "caseloom/chat-files.js"
import { hearMessages, hearRoom } from "caseloom/chat-hearing.js"
import { MessageList } from "caseloom/chat-list.js"
import { Mentions } from "caseloom/chat-mentions.js"
import { Outbox } from "caseloom/chat-outbox.js"
import { Reading } from "caseloom/chat-reading.js"
import { Scroll } from "caseloom/chat-scroll.js"
import { connectSending } from "caseloom/chat-sending.js"
import { tellTyping } from "caseloom/chat-typing.js"

export function connectConversation(conversation, events) {
  const list = new MessageList(conversation)
  const scroll = new Scroll(conversation)
  const talk = { conversation, list, scroll, reading: new Reading(conversation, list) }
  const form = conversation.querySelector("[data-composer]")
  if (form) connectWriting(talk, form, events)
  connectActions(talk)
  hearMessages(talk, events)
  hearRoom(talk, events)
  conversation.addEventListener("chat:earlier", () => list.arrange(), true)
  start(talk)
}

function start({ conversation, list, scroll, reading }) {
  const id = conversation.dataset.at || location.hash.replace("#m-", "")
  const wanted = id && list.find(id)
  if (wanted) scroll.to(wanted)
  else scroll.toEnd()
  if (wanted) wanted.focus({ preventScroll: true })
  else if (matchMedia("(hover: hover)").matches) conversation.querySelector("textarea")?.focus()
  reading.look()
}

function connectWriting(talk, form, events) {
  const { conversation, list } = talk
  const room = conversation.dataset.conversation
  // Its keys come first: the list of names is open.
  new Mentions(form, () => namesOf(conversation))
  talk.composer = new Composer(form, room)
  talk.files = new Files(form, conversation)
  talk.outbox = new Outbox(conversation, list)
  tellTyping(talk.composer, () => events.send({ type: "typing", room_id: room }))
  connectSending(talk)
  events.addEventListener("connection", ({ detail: state }) => state === "live" && talk.outbox.retryAll())
}

function namesOf(conversation) {
  return [...conversation.querySelectorAll("[data-members] [data-person]")].map(dot => dot.dataset.person)
}
