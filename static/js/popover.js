// A form in a popover has done its work once it is sent.
export function connectPopover(form) {
  form.addEventListener("submit", () => form.hidePopover())
}
