// Tells the server whether somebody looks at this page: whoever does needs no push.
import { isLookedAt } from "caseloom/looking.js"

const TELL_MS = 30_000
const CHECK_MS = 5_000
const SIGNS = ["focus", "blur", "pointerdown", "keydown"]

export function connectActivity(document, events) {
  let told = null
  const tell = visible => {
    events.send({ type: "active", visible })
    told = { visible, at: Date.now() }
  }
  const check = () => told && isNews(told, isLookedAt()) && tell(isLookedAt())
  events.addEventListener("connection", ({ detail: state }) => {
    if (state === "live") tell(isLookedAt())
    else told = null
  })
  for (const sign of SIGNS) addEventListener(sign, check)
  document.addEventListener("visibilitychange", check)
  setInterval(check, CHECK_MS)
}

function isNews(told, visible) {
  return visible !== told.visible || (visible && Date.now() - told.at >= TELL_MS)
}
