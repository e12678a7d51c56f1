// Times in the reader's own zone; the server writes them in UTC.
const language = document.documentElement.lang
const SHORT = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" })
const CLOCK = new Intl.DateTimeFormat(language, { timeStyle: "short" })
const PRECISE = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "medium" })

export function connectTime(element) {
  const { dataset } = element
  const format = "precise" in dataset ? PRECISE : "clock" in dataset ? CLOCK : SHORT
  element.textContent = format.format(new Date(element.dateTime))
}

export function showTime(element, moment) {
  element.dateTime = moment
  connectTime(element)
}
