// What the event stream says of one conversation, brought to its parts.
import { call } from "caseloom/chat-api.js"
import { Typing } from "caseloom/chat-typing.js"
import { clone, fill } from "caseloom/markup.js"

export function hearMessages(talk, events) {
  const { conversation, list } = talk
  const { conversation: room, me } = conversation.dataset
  events.addEventListener("message.created", ({ detail: { room_id: id, message } }) => {
    if (id !== room) return
    const known = list.find(message.id)
    const element = put(talk, message)
    if (message.author === me) talk.outbox?.confirm(message.client_id)
    if (element && !known) came(talk, message, element)
  })
  const change = ({ detail: { room_id: id, message } }) => {
    if (id !== room) return
    list.requote(message)
    if (list.find(message.id)) put(talk, message)
  }
  events.addEventListener("task.created", ({ detail: { task } }) => showCardsOf(talk, task))
  events.addEventListener("message.updated", change)
  events.addEventListener("message.deleted", change)
}

function put(talk, message) {
  const element = talk.list.put(message)
  // A frame has no room for a very long message, nor for everybody's cards: that one is read by itself.
  if (element && (message.html === null || message.cards === null)) readWhole(talk, message.id)
  return element
}

async function readWhole({ conversation, list, scroll }, id) {
  const message = await call("GET", `${conversation.dataset.api}/messages/${id}`).catch(() => null)
  if (!message || !list.find(id)) return
  list.put(message)
  if (scroll.atEnd) scroll.toEnd()
}

// Whoever comes to see a task sees its cards in what was said before.
function showCardsOf(talk, { id }) {
  for (const { dataset } of talk.list.all) if (dataset.text.includes(id)) readWhole(talk, dataset.message)
}

function came({ conversation, reading, scroll, typing }, { author }, element) {
  conversation.querySelector("[data-nothing]")?.remove()
  if (author !== conversation.dataset.me) reading.came(element)
  typing.gone(author)
  scroll.came()
  reading.showSeen(null)
}

export function hearRoom(talk, events) {
  const { conversation, reading } = talk
  const room = conversation.dataset.conversation
  talk.typing = new Typing(conversation)
  events.addEventListener("typing", ({ detail }) => detail.room_id === room && talk.typing.came(detail.user))
  events.addEventListener("room.updated", ({ detail }) => {
    if (detail.room.id !== room) return
    showRoom(conversation, detail.room)
    reading.changed(detail.room)
  })
}

function showRoom(conversation, { name, members, members_count: count, level }) {
  showName(conversation, name)
  conversation.querySelector("[data-member-count]").textContent = count
  const select = conversation.querySelector("select[name=level]")
  if (select && level) select.value = level
  if (members) showMembers(conversation.querySelector("[data-members]"), members)
  conversation.toggleAttribute("data-out", level === null)
}

function showName(conversation, name) {
  fill(conversation.querySelector("[data-room-title]"), { name })
  const box = conversation.querySelector("input[name=name]")
  if (box) box.defaultValue = name
  if (!conversation.closest("[data-live=chat]")) return
  document.title = document.title.replace(
    /^(\(\d+\) )?.*(?= · [^·]+ · [^·]+$)/,
    (_old, count = "") => `${count}${name}`,
  )
}

function showMembers(list, names) {
  list.replaceChildren(
    ...names.map(name => {
      const member = clone(document, "member")
      member.querySelector("[data-person]").dataset.person = name
      fill(member, { name })
      return member
    }),
  )
  list.dispatchEvent(new Event("chat:people", { bubbles: true }))
}
