// Finds what the page has and connects it. Each behaviour is a module of its own.
import { connectActivity } from "caseloom/activity.js"
import { connectBell } from "caseloom/bell.js"
import { connectForgetting, connectSignOut } from "caseloom/browser-notes.js"
import { connectCards } from "caseloom/cards.js"
import { connectCaseActions } from "caseloom/case-actions.js"
import { connectCaseEditing } from "caseloom/case-editing.js"
import { connectCaseFilter } from "caseloom/case-filter.js"
import { connectCaseForm, connectRows } from "caseloom/case-form.js"
import { connectCaseKeys } from "caseloom/case-keys.js"
import { connectCaseMoving } from "caseloom/case-moving.js"
import { connectCaseWork } from "caseloom/case-work.js"
import { connectCases } from "caseloom/cases.js"
import { connectConversation } from "caseloom/chat.js"
import { connectChatButton, connectChatPanel } from "caseloom/chat-panel.js"
import { connectPeople } from "caseloom/chat-people.js"
import { connectRooms } from "caseloom/chat-rooms.js"
import { connectPresence } from "caseloom/chat-typing.js"
import { connectCounts } from "caseloom/counts.js"
import { connectDevice, connectPermission } from "caseloom/devices.js"
import { connectDrop } from "caseloom/drop.js"
import { connectEstimate } from "caseloom/estimate.js"
import { EventStream } from "caseloom/events.js"
import { connectExport } from "caseloom/export.js"
import { connectBadge, connectFailures, connectSignedOut } from "caseloom/failures.js"
import { connectFiles } from "caseloom/files.js"
import { connectLatest } from "caseloom/latest.js"
import { connectLength } from "caseloom/length.js"
import { connectNews } from "caseloom/news.js"
import { connectNotes } from "caseloom/notes.js"
import { connectPopover } from "caseloom/popover.js"
import { connectRefresh } from "caseloom/refresh.js"
import { connectReplay } from "caseloom/replay.js"
import { connectRequest } from "caseloom/request.js"
import { connectSeen } from "caseloom/seen.js"
import { connectSelection } from "caseloom/selection.js"
import { connectNames, connectShare } from "caseloom/share.js"
import { connectSource } from "caseloom/source.js"
import { connectTaskList } from "caseloom/task-list.js"
import { connectTaskPage } from "caseloom/task-page.js"
import { connectTasks } from "caseloom/tasks.js"
import { connectTheme } from "caseloom/theme.js"
import { connectTime } from "caseloom/times.js"
import { connectToasts } from "caseloom/toasts.js"
import { connectZone } from "caseloom/zone.js"

const ON_PAGE = [
  connectCards,
  connectCases,
  connectCaseEditing,
  connectCaseKeys,
  connectCaseMoving,
  connectTasks,
  connectRefresh,
  connectReplay,
  connectNews,
  connectFailures,
  connectSignedOut,
  connectPresence,
  connectActivity,
]
const ON_ELEMENTS = [
  ["[data-bell]", connectBell],
  ["[data-case-actions]", connectCaseActions],
  ["[data-case-filter]", connectCaseFilter],
  ["[data-case-form]", connectCaseForm],
  ["[data-case-tools]", connectCaseWork],
  ["[data-chat-button]", connectChatButton],
  ["[data-chat-panel]", connectChatPanel],
  ["[data-connection]", connectBadge],
  ["[data-conversation]", connectConversation],
  ["[data-counts]", connectCounts],
  ["[data-device]", connectDevice],
  ["[data-drop]", connectDrop],
  ["[data-estimate]", connectEstimate],
  ["[data-export]", connectExport],
  ["[data-files]", connectFiles],
  ["[data-forgets]", connectForgetting],
  ["[data-limit]", connectLength],
  ["[data-notes]", connectNotes],
  ["[data-permission]", connectPermission],
  ["form[popover]", connectPopover],
  ["[data-request]", connectRequest],
  ["[data-rooms]", connectRooms],
  ["[data-rows]", connectRows],
  ["[data-seen-at]", connectSeen],
  ["[data-selection]", connectSelection],
  ["[data-sign-out]", connectSignOut],
  ["[data-names]", connectNames],
  ["[data-share]", connectShare],
  ["[data-source]", connectSource],
  ["[data-suggest]", connectPeople],
  ["[data-task-page]", connectTaskPage],
  ["[data-tasks=list]", connectTaskList],
  ["[data-theme-form]", connectTheme],
  ["[data-toasts]", connectToasts],
  ["[data-work]", connectLatest],
  ["[data-zone]", connectZone],
  ["time[datetime]", connectTime],
]

const signedIn = "stream" in document.body.dataset
const events = signedIn ? new EventStream(document.body.dataset) : new EventTarget()
const connected = new WeakMap(ON_ELEMENTS.map(([, connectThing]) => [connectThing, new WeakSet()]))

// The stream as one element hears it: no longer than it is on the page.
function heardBy(element) {
  const addEventListener = (type, listener) => {
    const hear = event => {
      if (element.isConnected) listener(event)
      else events.removeEventListener(type, hear)
    }
    events.addEventListener(type, hear)
  }
  return { addEventListener, send: frame => events.send(frame) }
}

function connectAll(root) {
  for (const [selector, connectThing] of ON_ELEMENTS) {
    const found = [...root.querySelectorAll(selector)]
    for (const element of root.matches(selector) ? [root, ...found] : found) {
      if (connected.get(connectThing).has(element)) continue
      connected.get(connectThing).add(element)
      connectThing(element, heardBy(element))
    }
  }
}

for (const connectThing of ON_PAGE) connectThing(document, events)
document.addEventListener("htmx:load", ({ detail }) => connectAll(detail.elt))
connectAll(document.body)
