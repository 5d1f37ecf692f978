"use strict"
// The maps of the page. Bokeh draws the points and calls what is here (see interactive_map.py).
const REACH = 14 // pixels within which a point answers the pointer

class ImageMap {
  constructor(element) {
    this.element = element
    this.data = JSON.parse(element.querySelector(".map-data").textContent)
    this.sheet = element.querySelector(".map-sheet")
    this.tip = element.querySelector(".map-tip")
    this.pointer = [0, 0]
    this.touch = false
    for (const type of ["pointermove", "pointerdown", "pointerup"]) {
      element.addEventListener(type, (event) => this.follow(event), true)
    }
    window.addEventListener("scroll", () => { this.tip.hidden = true }, {passive: true})
  }

  follow(event) {
    this.pointer = [event.clientX, event.clientY]
    this.touch = event.pointerType === "touch"
  }

  draw() {
    return Bokeh.embed.embed_item(JSON.parse(this.data.bokeh), this.element.querySelector(".map-plot").id)
  }

  // Place and colour the points by what the controls say.
  update(points, columns, ring, select, switches) {
    const view = this.data.views[Number(select.value)]
    const byLabel = this.data.classes !== null && switches.active === 1
    const group = columns.data[view.group]
    const code = new Int32Array(group.length)
    for (let i = 0; i < code.length; i++) {
      code[i] = byLabel ? columns.data.label[i] : this.classOf(view, group[i])
    }
    const data = {x: columns.data[view.x], y: columns.data[view.y], code}
    if ("shape" in points.data) {
      data.shape = Array.from(code, (c) => (c < 0 ? "circle" : this.data.shapes[c]))
    }
    points.data = data
    this.hide(ring)
  }

  // The colour of a group: its matched class, or the group itself where there are no labels.
  classOf(view, group) {
    if (view.classOf === null || group < 0) return group
    return view.classOf[group]
  }

  // Show the image of the point that is nearest to the pointer.
  show(event, plot, points, columns, ring, select) {
    const {x, y} = points.data
    const i = nearest(event, plot, x, y)
    if (i < 0) return this.hide(ring)
    if (ring.data.x.length === 0 || ring.data.x[0] !== x[i] || ring.data.y[0] !== y[i]) {
      ring.data = {x: [x[i]], y: [y[i]]}
    }
    this.paint(i)
    this.describe(i, columns, this.data.views[Number(select.value)])
    this.tip.hidden = false
    this.place()
  }

  // A finger leaves the plot whenever it is lifted: what it tapped stays.
  leave(ring) {
    if (!this.touch) this.hide(ring)
  }

  hide(ring) {
    this.tip.hidden = true
    if (ring.data.x.length > 0) ring.data = {x: [], y: []}
  }

  paint(i) {
    const {columns, cell_width, cell_height, width, height} = this.data.sheet
    const canvas = this.tip.querySelector("canvas")
    canvas.width = width
    canvas.height = height
    const left = (i % columns) * cell_width
    const top = Math.floor(i / columns) * cell_height
    canvas.getContext("2d").drawImage(this.sheet, left, top, width, height, 0, 0, width, height)
  }

  describe(i, columns, view) {
    const group = columns.data[view.group][i]
    const classes = this.data.classes
    const lines = [`image ${columns.data.index[i]}`]
    if (classes !== null) {
      const label = columns.data.label[i]
      lines.push(`label: ${label < 0 ? "none" : classes[label]}`)
    }
    let predicted = group < 0 ? "none" : `group ${group}`
    if (classes !== null && group >= 0) {
      const matched = this.classOf(view, group)
      predicted += matched < 0 ? " (no class)" : ` (${classes[matched]})`
    }
    lines.push(`predicted: ${predicted}`)
    const voted = columns.data.consensus[i]
    const sure = `confidence ${columns.data.confidence[i].toFixed(2)}`
    lines.push(`consensus: ${voted < 0 ? "none" : `group ${voted}, ${sure}`}`)
    const text = this.tip.querySelector(".map-text")
    text.replaceChildren(...lines.map((line) => {
      const row = document.createElement("div")
      row.textContent = line
      return row
    }))
  }

  place() {
    const [x, y] = this.pointer
    const {width, height} = this.tip.getBoundingClientRect()
    const right = document.documentElement.clientWidth
    const left = x + 16 + width > right ? x - 16 - width : x + 16
    const top = y + 16 + height > window.innerHeight ? y - 16 - height : y + 16
    this.tip.style.left = `${Math.max(4, Math.min(left, right - width - 4))}px`
    this.tip.style.top = `${Math.max(4, top)}px`
  }
}

// Return the index of the point nearest to the pointer, -1 if none is within reach.
function nearest(event, plot, x, y) {
  const perX = plot.inner_width / (plot.x_range.end - plot.x_range.start)
  const perY = plot.inner_height / (plot.y_range.end - plot.y_range.start)
  let found = -1
  let least = REACH * REACH
  for (let i = 0; i < x.length; i++) {
    const dx = (x[i] - event.x) * perX
    const dy = (y[i] - event.y) * perY
    const distance = dx * dx + dy * dy
    if (distance < least) {
      least = distance
      found = i
    }
  }
  return found
}

window.aecluster = {maps: {}}
for (const element of document.querySelectorAll(".map")) {
  const map = new ImageMap(element)
  window.aecluster.maps[element.dataset.name] = map
  map.draw()
}
