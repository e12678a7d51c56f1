// Whether somebody looks at this page: in front, with the keyboard, and touched within the last minute.
const IDLE_MS = 60_000
const TOUCHES = ["pointerdown", "pointermove", "keydown", "wheel", "scroll", "touchstart", "focus"]

let touchedAt = Date.now()
for (const touch of TOUCHES) {
  addEventListener(touch, () => (touchedAt = Date.now()), { capture: true, passive: true })
}

export function isLookedAt() {
  return document.hasFocus() && !document.hidden && Date.now() - touchedAt < IDLE_MS
}
