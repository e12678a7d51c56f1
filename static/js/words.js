// The page's language for what modules write: labels and sentences from the server.
const data = document.getElementById("words")

export const words = data ? JSON.parse(data.textContent) : {}

const ordinals = new Intl.PluralRules(document.documentElement.lang, { type: "ordinal" })

export function sayPlace(place) {
  return place ? words.place[ordinals.select(place)].replace("{n}", place) : ""
}

export function sayEta(seconds) {
  if (seconds === null) return ""
  const minutes = seconds >= words.eta.minutes_from
  const sentence = minutes ? words.eta.minutes : words.eta.seconds
  return sentence.replace("{n}", minutes ? Math.round(seconds / 60) : seconds)
}
