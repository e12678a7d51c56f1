// The browser's own notifications: shown by the site's worker, so that they outlive the page.
const TURNED_OFF = "caseloom-browser-notes-off"
const ENDING_MS = 2_000

// `Notification` is not to be had on plain HTTP, on an iPhone outside the home screen, and in some browsers at all.
export function canShow() {
  return "Notification" in window && "serviceWorker" in navigator
}

export function isOn() {
  return canShow() && Notification.permission === "granted" && !localStorage.getItem(TURNED_OFF)
}

export function turn(on) {
  if (on) localStorage.removeItem(TURNED_OFF)
  else localStorage.setItem(TURNED_OFF, "yes")
}

export async function worker() {
  await navigator.serviceWorker.register(document.body.dataset.worker, { scope: "/" })
  return navigator.serviceWorker.ready
}

export async function showPopUp(notification) {
  if (!isOn()) return
  const { active } = await worker()
  active.postMessage({ type: "notification", notification })
}

// What was read elsewhere is no news here: `ids`, or all.
export async function withdrawPopUps(ids) {
  const registration = await navigator.serviceWorker?.getRegistration()
  for (const shown of (await registration?.getNotifications()) ?? []) {
    if (ids === null || ids.includes(shown.tag)) shown.close()
  }
}

export async function currentSubscription() {
  const registration = canShow() ? await navigator.serviceWorker.getRegistration() : null
  return (await registration?.pushManager?.getSubscription()) ?? null
}

// A browser that nobody is signed in with shows nothing of whoever was.
export function connectForgetting(form) {
  forget(form)
}

export function connectSignOut(form) {
  form.addEventListener("submit", async event => {
    event.preventDefault()
    await Promise.race([forget(form), new Promise(over => setTimeout(over, ENDING_MS))])
    form.submit()
  })
}

async function forget(form) {
  await withdrawPopUps(null)
  const subscription = await currentSubscription()
  if (!subscription) return
  await Promise.allSettled([
    form.dataset.signOut && unregister(form, subscription),
    subscription.unsubscribe(),
  ])
}

function unregister(form, { endpoint }) {
  const token = new FormData(form).get("csrfmiddlewaretoken")
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token }
  return fetch(form.dataset.signOut, { method: "DELETE", headers, body: JSON.stringify({ endpoint }) })
}
