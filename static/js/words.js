// The page's language for what modules write: labels and sentences from the server.
const data = document.getElementById("words")

export const words = data ? JSON.parse(data.textContent) : {}

export function sayEta(seconds) {
  if (seconds === null) return ""
  const minutes = seconds >= words.eta.minutes_from
  const sentence = minutes ? words.eta.minutes : words.eta.seconds
  return sentence.replace("{n}", minutes ? Math.round(seconds / 60) : seconds)
}
