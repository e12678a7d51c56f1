// Filling the page's own markup: `<template>`s, `data-field` slots for text, `data-slot`s that hide when empty.
export const BLANK_ID = "00000000-0000-0000-0000-000000000000"

export function clone(document, name) {
  return document.getElementById(`${name}-template`).content.firstElementChild.cloneNode(true)
}

// A copy in which `id` stands wherever the template has its blank one: in addresses, names and values.
export function cloneFor(document, name, id) {
  const copy = clone(document, name)
  replaceIn(copy, BLANK_ID, id)
  return copy
}

export function replaceIn(copy, blank, text) {
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    for (const { name: attribute, value } of [...element.attributes]) {
      if (value.includes(blank)) element.setAttribute(attribute, value.replaceAll(blank, text))
    }
  }
}

export function fill(element, values) {
  for (const field of element.querySelectorAll("[data-field]")) {
    const value = values[field.dataset.field]
    if (value !== undefined) field.textContent = value ?? ""
  }
  for (const slot of element.querySelectorAll("[data-slot]")) {
    const value = values[slot.dataset.slot]
    if (value !== undefined) slot.hidden = !value || value.length === 0
  }
}

// One child for each value, all made of the template's own first one.
export function fillList(list, values, fillChild) {
  const blank = list.firstElementChild
  list.replaceChildren(
    ...values.map(value => {
      const child = blank.cloneNode(true)
      fillChild(child, value)
      return child
    }),
  )
}
