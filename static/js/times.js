// Times in the reader's own zone; the server writes them in UTC.
const language = document.documentElement.lang
const SHORT = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" })
const CLOCK = new Intl.DateTimeFormat(language, { timeStyle: "short" })
const DAY = new Intl.DateTimeFormat(language, { month: "short", day: "numeric" })
const THIS_YEAR = { format: moment => `${DAY.format(moment)} ${CLOCK.format(moment)}` }
const PRECISE = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "medium" })

export function connectTime(element) {
  const moment = new Date(element.dateTime)
  element.textContent = formatFor(element.dataset, moment).format(moment)
}

function formatFor(dataset, moment) {
  if ("precise" in dataset) return PRECISE
  if ("clock" in dataset) return CLOCK
  const now = new Date()
  if ("brief" in dataset && moment.toDateString() === now.toDateString()) return CLOCK
  if ("brief" in dataset) return DAY
  return moment.getFullYear() === now.getFullYear() ? THIS_YEAR : SHORT
}

export function showTime(element, moment) {
  element.dateTime = moment
  connectTime(element)
}
