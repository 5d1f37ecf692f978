// Elements from code: text is always text, never HTML.

export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag)
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value)
    else if (key === "class") element.className = value
    else if (key === "colour") element.style.color = value
    else if (key in element && key !== "list" && key !== "form") element[key] = value
    else element.setAttribute(key, value === true ? "" : value)
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined))
  return element
}

export function count(n, one, many = `${one}s`) {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`
}

// How many of some things are there, and of how many if that is not all.
export function countOf(n, all, one, many) {
  return n === all ? count(n, one, many) : `${n.toLocaleString("en")} of ${count(all, one, many)}`
}

export function percent(part) {
  return `${Math.round(part * 100)} %`
}
