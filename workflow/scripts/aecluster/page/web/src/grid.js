// A grid of any number of pictures, of which only those near the window are in the page.
import {h} from "./dom.js"
import {stepped} from "./walking.js"

const GAP = 6
const MARGIN = 600 // pixels above and below the window that are made ready
const LINE = 20 // pixels of a line below a picture

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
  // `make(i)` gives the element of an image, `side` pixels wide; `said(i)`, if any, a line below it.
  constructor(ids, side, height, make, label, said = null) {
    Object.assign(this, {ids, side, make, said})
    this.rowHeight = height + GAP + (said ? LINE : 0)
    this.shown = new Map()
    this.current = 0 // the picture that the Tab key leads to
    this.printed = 0 // how many are on paper, which has no window
    this.element = h("div", {class: "grid", role: "list", "aria-label": label})
    this.element.addEventListener("keydown", (event) => this.walk(event))
    this.element.addEventListener("focusin", ({target}) => {
      if (target.matches(".thumb")) this.setCurrent(this.placeOf(target))
    })
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
    for (let k = 0; k < this.printed; k++) wanted.add(k)
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
    if (!this.shown.has(this.current) && wanted.size) this.setCurrent(Math.min(...wanted))
  }

  add(k) {
    const item = h("div", {class: "item", role: "listitem", "aria-setsize": this.ids.length, "aria-posinset": k + 1}, this.make(this.ids[k]),
      this.said ? h("span", {class: "said"}, this.said(this.ids[k])) : null)
    item.style.width = `${this.side}px`
    item.querySelector(".thumb").tabIndex = k === this.current ? 0 : -1
    this.shown.set(k, item)
    this.element.append(item)
    return item
  }

  placeOf(element) {
    return [...this.shown].find(([, item]) => item.contains(element))?.[0]
  }

  setCurrent(k) {
    this.current = k
    for (const [other, item] of this.shown) item.querySelector(".thumb").tabIndex = other === k ? 0 : -1
  }

  walk(event) {
    const from = this.placeOf(event.target)
    const next = stepped(event.key, from, this.ids.length, this.columns)
    if (from === undefined || !event.key.startsWith("Arrow") || event.target.matches("input")) return
    event.preventDefault()
    if (next !== from) this.focus(next)
  }

  // Move the focus to the k-th picture, and bring it into sight.
  focus(k) {
    const {scrollPaddingTop, scrollPaddingBottom} = getComputedStyle(document.documentElement)
    const [above, below] = [parseFloat(scrollPaddingTop) || 0, parseFloat(scrollPaddingBottom) || 0]
    const top = this.element.getBoundingClientRect().top + Math.floor(k / this.columns) * this.rowHeight
    const low = top + this.rowHeight - window.innerHeight + below
    if (top < above) window.scrollBy(0, top - above)
    else if (low > 0) window.scrollBy(0, low)
    this.draw()
    this.shown.get(k)?.querySelector(".thumb").focus({preventScroll: true})
  }

  // Draw the first `n` pictures, wherever the window is; 0: only those near it.
  print(n) {
    this.printed = Math.min(n, this.ids.length)
    this.draw()
  }
}
