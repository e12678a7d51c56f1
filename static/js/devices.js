// What this browser can be told, and why not more: the permission card, and the list of a user's devices.
import { canShow, currentSubscription, isOn, turn, worker } from "caseloom/browser-notes.js"
import { call } from "caseloom/chat-api.js"

// A browser that can't reach its push service tries for ever.
const SUBSCRIBE_MS = 10_000

export function connectPermission(card) {
  const show = async () => showState(card, await stateOf(card))
  card.querySelector("[data-ask]").addEventListener("click", () => ask(card))
  card.querySelector("[data-turn-off]").addEventListener("click", () => turnOff(card).then(show))
  navigator.permissions?.query({ name: "notifications" }).then(
    status => status.addEventListener("change", show),
    () => {}, // a browser that doesn't tell of changes shows them with the next page
  )
  show()
}

// The device of this browser is named so. When it is removed, the browser forgets its subscription, too.
export async function connectDevice(device) {
  const subscription = await currentSubscription()
  if (!subscription || (await digestOf(subscription)) !== device.dataset.device) return
  device.querySelector("[data-here]").hidden = false
  device.querySelector("form").addEventListener("submit", () => subscription.unsubscribe())
}

function showState(card, state) {
  card.dataset.state = state
  card.hidden = false
  for (const part of card.querySelectorAll("[data-when]")) {
    part.hidden = !part.dataset.when.split(" ").includes(state)
  }
}

async function stateOf(card) {
  if (!window.isSecureContext) return "insecure"
  if (!canShow()) return "unsupported"
  if (Notification.permission !== "granted") return Notification.permission
  if (!isOn()) return "default"
  const subscription = await currentSubscription()
  const known = subscription && card.dataset.known.split(" ").includes(await digestOf(subscription))
  return known ? "pushed" : "tabs"
}

async function ask(card) {
  showState(card, "asking")
  if ((await Notification.requestPermission()) === "granted") {
    turn(true)
    showState(card, "subscribing")
    showState(card, (await subscribed(card)) ?? "unreachable")
  } else showState(card, await stateOf(card))
}

// What the card says once the site knows this browser's subscription; nothing if a service didn't answer.
async function subscribed(card) {
  try {
    const subscription = await inTime(subscribe(card), SUBSCRIBE_MS)
    await call("POST", card.dataset.subscriptions, subscription)
    card.dataset.known += ` ${await digestOf(subscription)}`
  } catch {
    return null
  }
  refreshDevices()
  return stateOf(card)
}

async function subscribe(card) {
  const { pushManager } = await worker()
  const { key } = await call("GET", card.dataset.key)
  const options = { userVisibleOnly: true, applicationServerKey: key }
  const before = await pushManager.getSubscription()
  if (before && !isOf(before, key)) await before.unsubscribe()
  return pushManager.subscribe(options)
}

function isOf({ options }, key) {
  const bytes = new Uint8Array(options.applicationServerKey)
  const text = btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
  return text.replaceAll("=", "") === key
}

function inTime(promise, milliseconds) {
  const late = new Promise((_, refuse) => setTimeout(refuse, milliseconds, new Error("no answer in time")))
  return Promise.race([promise, late])
}

async function turnOff(card) {
  turn(false)
  const subscription = await currentSubscription()
  if (!subscription) return
  const { endpoint } = subscription
  await Promise.allSettled([
    call("DELETE", card.dataset.subscriptions, { endpoint }),
    subscription.unsubscribe(),
  ])
  refreshDevices()
}

function refreshDevices() {
  const list = document.querySelector("[data-devices]")
  if (list)
    window.htmx.ajax("GET", location.href, {
      source: list,
      target: list,
      select: "[data-devices]",
      swap: "outerHTML",
    })
}

async function digestOf({ endpoint }) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint))
  return [...new Uint8Array(bytes)].map(byte => byte.toString(16).padStart(2, "0")).join("")
}
