// The browser knows its time zone: offered where one is asked for, taken where none is given yet.
export function connectZone(input) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const button = input.parentElement.querySelector("[data-take-zone]")
  const take = () => {
    input.value = timeZone
    offer()
  }
  const offer = () => {
    button.hidden = input.value === timeZone
  }
  button.querySelector("[data-field=zone]").textContent = timeZone
  button.addEventListener("click", take)
  input.addEventListener("input", offer)
  if (input.value) offer()
  else take()
}
