// A grid of any number of pictures, of which only those near the window are in the page.
import {h} from "./dom.js"

const GAP = 6
const MARGIN = 600 // pixels above and below the window that are made ready

export function columnsOf(width, cell) {
  return Math.max(1, Math.floor((width + GAP) / (cell + GAP)))
}

// The width of a picture, at most `cell`, with which a row fills `width` to its end.
export function filling(width, cell) {
  if (width <= 0) return cell // not shown yet
  const columns = Math.ceil((width + GAP) / (cell + GAP))
  return Math.floor((width + GAP) / columns) - GAP
}

// The rows that a window of some height sees of a grid that begins at `top`, from window's top on.
export function rowsInSight(top, height, rowHeight, nRows) {
  const first = Math.max(0, Math.floor((-top - MARGIN) / rowHeight))
  const last = Math.min(nRows, Math.ceil((height - top + MARGIN) / rowHeight))
  return [Math.min(first, nRows), Math.max(Math.min(first, nRows), last)]
}

export class Grid {
  // `make(i)` gives the element of an image; `side` is its longer side in pixels.
  constructor(ids, side, height, make, label) {
    Object.assign(this, {ids, side, make})
    this.rowHeight = height + GAP
    this.shown = new Map()
    this.element = h("div", {class: "grid", role: "list", "aria-label": label})
    this.element.addEventListener("keydown", (event) => this.walk(event))
    this.update = () => this.draw()
    window.addEventListener("scroll", this.update, {passive: true})
    this.observer = new ResizeObserver(this.update)
    this.observer.observe(this.element)
  }

  remove() {
    window.removeEventListener("scroll", this.update)
    this.observer.disconnect()
  }

  draw() {
    const {top, width} = this.element.getBoundingClientRect()
    if (!width) return
    this.columns = columnsOf(width, this.side)
    const nRows = Math.ceil(this.ids.length / this.columns)
    this.element.style.height = `${nRows * this.rowHeight - GAP}px`
    const [first, last] = rowsInSight(top, window.innerHeight, this.rowHeight, nRows)
    const wanted = new Set()
    for (let k = first * this.columns; k < Math.min(last * this.columns, this.ids.length); k++) wanted.add(k)
    for (const [k, element] of this.shown) {
      if (!wanted.has(k) && !element.contains(document.activeElement)) {
        element.remove()
        this.shown.delete(k)
      }
    }
    const before = this.element.childElementCount
    for (const k of wanted) {
      const element = this.shown.get(k) ?? this.add(k)
      const row = Math.floor(k / this.columns)
      element.style.left = `${(k % this.columns) * (this.side + GAP)}px`
      element.style.top = `${row * this.rowHeight}px`
    }
    // read and reached by the keyboard in the order in which they are seen
    if (this.element.childElementCount > before && before) {
      const focused = document.activeElement
      const inOrder = [...this.shown].sort(([a], [b]) => a - b).map(([, element]) => element)
      this.shown = new Map([...this.shown].sort(([a], [b]) => a - b))
      this.element.replaceChildren(...inOrder)
      if (this.element.contains(focused) && focused !== document.activeElement) focused.focus({preventScroll: true})
    }
  }

  add(k) {
    const item = h("div", {class: "item", role: "listitem", "aria-setsize": this.ids.length, "aria-posinset": k + 1}, this.make(this.ids[k]))
    this.shown.set(k, item)
    this.element.append(item)
    return item
  }

  walk(event) {
    const step = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.columns, ArrowUp: -this.columns}[event.key]
    const current = [...this.shown].find(([, item]) => item.contains(event.target))
    if (!step || !current || event.target.matches("input")) return
    event.preventDefault()
    const next = current[0] + step
    if (next < 0 || next >= this.ids.length) return
    const top = this.element.getBoundingClientRect().top + Math.floor(next / this.columns) * this.rowHeight
    if (top < 90) window.scrollBy(0, top - 90)
    else if (top + this.rowHeight > window.innerHeight - 70) window.scrollBy(0, top + this.rowHeight - window.innerHeight + 70)
    this.draw()
    this.shown.get(next)?.querySelector("button")?.focus({preventScroll: true})
  }
}
