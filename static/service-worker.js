// The site's worker in the browser, served as `/sw.js`, which puts `self.site` before it: it shows notifications
// when nobody looks at a page, whether a push or an open page brings them.
const ANSWER_MS = 400
const SAME_MS = 10_000
const LONGEST_TITLE = 200
const LONGEST_BODY = 1_000

const { site } = self
const told = new Map()

self.addEventListener("install", () => self.skipWaiting())
self.addEventListener("activate", event => event.waitUntil(self.clients.claim()))

self.addEventListener("push", event => event.waitUntil(tell(pushed(event.data))))

self.addEventListener("message", event => {
  if (event.data?.type !== "notification") return
  const { id, title, body, url } = event.data.notification
  event.waitUntil(tell({ title, body, navigate: url, tag: id }))
})

self.addEventListener("notificationclick", event => {
  const { data, tag } = event.notification
  event.notification.close()
  event.waitUntil(Promise.all([visit(ownAddress(data?.navigate)), markRead(tag)]))
})

self.addEventListener("pushsubscriptionchange", event => event.waitUntil(subscribeAgain(event)))

// The payload is the declarative shape `{web_push: 8030, notification}`. A browser wants something shown for
// each push, so what can't be read leads to the list.
function pushed(message) {
  try {
    return message.json().notification
  } catch {
    return {}
  }
}

async function tell({ title, body, navigate, tag }) {
  const note = {
    title: short(title, LONGEST_TITLE) || "Caseloom",
    body: short(body, LONGEST_BODY),
    tag: String(tag ?? ""),
  }
  if (wasJustTold(note)) return
  remember(note)
  if (await someoneLooks()) return told.delete(note.tag)
  await self.registration.showNotification(note.title, {
    body: note.body,
    tag: note.tag,
    icon: site.icon,
    badge: site.badge,
    data: { navigate: ownAddress(navigate).href },
  })
}

function short(text, longest) {
  return [...String(text ?? "")].slice(0, longest).join("")
}

// Several tabs and a push bring the same: one that was put away must not come back.
function wasJustTold({ title, body, tag }) {
  const before = told.get(tag)
  return Boolean(before) && before.text === `${title}\n${body}` && Date.now() - before.at < SAME_MS
}

function remember({ title, body, tag }) {
  for (const [other, { at }] of told) if (Date.now() - at > SAME_MS) told.delete(other)
  told.set(tag, { text: `${title}\n${body}`, at: Date.now() })
}

async function someoneLooks() {
  const answers = await Promise.all((await windows()).map(ask))
  return answers.some(({ looksAtNews }) => looksAtNews)
}

function windows() {
  return self.clients.matchAll({ type: "window", includeUncontrolled: true })
}

// What a page says of itself: see `connectNews`. A frozen one says nothing.
function ask(client) {
  const { port1, port2 } = new MessageChannel()
  return new Promise(settle => {
    port1.addEventListener("message", ({ data }) => settle(data), { once: true })
    port1.start()
    client.postMessage({ type: "look" }, [port2])
    setTimeout(settle, ANSWER_MS, {})
  })
}

// Nothing outside this site, whatever somebody wrote into a notification.
function ownAddress(navigate) {
  const list = new URL(site.notifications, self.location.origin)
  if (!navigate || !URL.canParse(navigate, self.location.origin)) return list
  const address = new URL(navigate, self.location.origin)
  return address.origin === self.location.origin ? address : list
}

async function visit(address) {
  const open = await windows()
  const there = open.find(({ url }) => withoutHash(url) === withoutHash(address.href))
  if (there) return there.focus()
  const free = await freeOne()
  return free ? lead(free, address) : self.clients.openWindow(address.href)
}

function withoutHash(url) {
  return url.split("#", 1)[0]
}

// Only pages of this worker can be led elsewhere, and only those that hold no text that would be lost.
async function freeOne() {
  const open = await self.clients.matchAll({ type: "window" })
  const answers = await Promise.all(open.map(ask))
  return open.find((_, n) => answers[n].mayLeave)
}

async function lead(client, address) {
  const focused = await client.focus()
  return focused.navigate(address.href)
}

function markRead(tag) {
  return tag ? post(site.read, { ids: [tag] }) : null
}

// Where the worker can't see the cookie (older browsers have no `cookieStore`), nothing is sent: what was clicked
// stays unread, and after a lost subscription the permission card offers to turn notifications on again.
async function post(address, body) {
  const csrf = await self.cookieStore?.get(site.csrfCookie)
  if (!csrf) return null
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf.value }
  return fetch(address, { method: "POST", headers, body: JSON.stringify(body) })
}

async function subscribeAgain({ oldSubscription, newSubscription }) {
  const fresh = newSubscription ?? (await subscribe(oldSubscription?.options.applicationServerKey))
  return post(site.subscriptions, fresh)
}

async function subscribe(knownKey) {
  const applicationServerKey = knownKey ?? (await (await fetch(site.key)).json()).key
  return self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })
}
