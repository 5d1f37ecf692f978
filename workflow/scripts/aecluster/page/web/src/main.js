import {isDark} from "./colours.js"
import {unpack} from "./data.js"
import {h} from "./dom.js"
import {Explorer} from "./explorer.js"
import {enrich} from "./tables.js"

const explorers = {}
window.aecluster = {explorers}

const panels = [...document.querySelectorAll(".panel")]
const tabs = [...document.querySelectorAll(".tab")]

function panelOf(hash) {
  const target = hash.length > 1 ? document.getElementById(decodeURIComponent(hash.slice(1))) : null
  return [target?.closest(".panel"), target]
}

// Show the part of the page that a link leads to.
function follow() {
  const [panel, target] = panelOf(location.hash)
  if (target && !panel) return // such as the link over the tabs
  show(panel ?? panels[0])
  if (target && target !== panel) target.scrollIntoView()
  else window.scrollTo(0, 0)
}

function show(panel) {
  for (const other of panels) other.hidden = other !== panel
  for (const tab of tabs) {
    if (tab.hash === `#${panel.id}`) tab.setAttribute("aria-current", "page")
    else tab.removeAttribute("aria-current")
  }
  if (panel.id === "groups") startShown()
}

// Data sets are unpacked when they are first looked at.
const elements = [...document.querySelectorAll(".explorer")]

function startShown() {
  const element = elements.find((each) => !each.hidden)
  if (element && !element.started) {
    element.started = true
    start(element)
  }
  for (const explorer of Object.values(explorers)) explorer.grids.forEach((grid) => grid.draw())
}

async function start(element) {
  const part = (name) => element.querySelector(`.${name}`).textContent
  const wait = h("p", {class: "faint"}, "Reading…")
  element.append(wait)
  const loaded = holdLoading()
  try {
    const images = await unpack(part("content"))
    wait.remove()
    explorers[images.name] = new Explorer(element, images, JSON.parse(part("sheets")), JSON.parse(part("corrections")))
  } finally {
    loaded()
  }
}

// Keep the page from counting as loaded until the function returned is called: a program that
// prints it (chromium --print-to-pdf) waits for nothing else. A frame that is being written does it.
function holdLoading() {
  const frame = h("iframe", {hidden: true})
  document.body.append(frame)
  frame.contentDocument.open()
  return () => {
    frame.contentDocument.close()
    frame.remove()
  }
}

const choice = h("select", {onchange: () => {
  choose(choice.value)
  startShown()
}}, elements.map(({dataset}) => h("option", {}, dataset.name)))
if (elements.length > 1) elements[0].before(h("p", {class: "which"}, h("label", {}, "Data set ", choice)))

function choose(name) {
  choice.value = name
  elements.forEach((element) => { element.hidden = element.dataset.name !== name })
}

choose(elements[0].dataset.name)

// The Back key leads to the gallery before; a step without one is a tab, which `follow` shows.
window.addEventListener("popstate", ({state}) => {
  const explorer = explorers[state?.name]
  if (!explorer) return
  choose(state.name)
  explorer.step(state)
})

const theme = document.querySelector(".theme")
theme.hidden = false
const say = () => { theme.textContent = isDark() ? "Light" : "Dark" }
theme.addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark"
  say()
  for (const explorer of Object.values(explorers)) explorer.show()
})
say()

document.querySelectorAll("table").forEach(enrich)
window.addEventListener("hashchange", follow)
function print(printing) {
  if (printing) document.querySelectorAll(".read details").forEach((details) => { details.open = true })
  for (const explorer of Object.values(explorers)) explorer.print(printing)
}
window.addEventListener("beforeprint", () => print(true))
window.addEventListener("afterprint", () => print(false))
matchMedia("print").addEventListener("change", ({matches}) => print(matches)) // where there are no such events
follow()
