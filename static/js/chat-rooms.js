// Lists of rooms, on the page and in the panel: the latest spoken in is first.
import { cloneFor, fill } from "caseloom/markup.js"
import { showTime } from "caseloom/times.js"

export function connectRooms(list, events) {
  const row = id => list.querySelector(`[data-room="${id}"]`)
  events.addEventListener("room.updated", ({ detail: { room } }) => {
    const shown = row(room.id)
    if (room.level === null) return shown?.remove()
    const place = shown ?? cloneFor(document, "room", room.id)
    const moved = !shown || place.dataset.spokenAt !== room.spoken_at
    showRoom(place, room, list.dataset)
    if (moved) toPlace(list, place)
  })
}

function showRoom(row, room, words) {
  const { kind, name, unread, mentions, last_message: last, spoken_at: spokenAt } = room
  Object.assign(row.dataset, { kind, roomUnread: unread, mentions, spokenAt })
  fill(row, { name, unread, last: last ? sayLast(last, kind, words) : "" })
  showTime(row.querySelector("time"), spokenAt)
  row.querySelector("[data-person]").dataset.person = kind === "direct" ? name : ""
}

function sayLast({ author, text, files, deleted }, kind, { site, nobody, deletedWords }) {
  const words = deleted ? deletedWords : text || files.map(file => file.name).join(", ")
  return `${author ?? (kind === "system" ? site : nobody)}: ${words}`
}

function toPlace(list, row) {
  const spoken = Date.parse(row.dataset.spokenAt)
  const older = [...list.querySelectorAll("[data-room]")].find(
    other => other !== row && Date.parse(other.dataset.spokenAt) <= spoken,
  )
  const end = older ?? list.querySelector("[data-more]")
  if (end) end.before(row)
  else list.append(row)
}
