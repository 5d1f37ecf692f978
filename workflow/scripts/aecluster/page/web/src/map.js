// The map of a data set: points of a plane, pictures when near; move, zoom, lasso and box.
import {quadtree} from "d3-quadtree"
import {select} from "d3-selection"
import {zoom, zoomIdentity} from "d3-zoom"
import {colourOf, GREY, isDark, lightened, PALETTE, rgb, shade, shapeOf} from "./colours.js"
import {h} from "./dom.js"
import {apart, box, combined, fitted, inside, inWindow, middle, thinned, toPlane, toScreen} from "./geometry.js"
import {makePainter} from "./painters.js"

const REACH = 14 // pixels within which a point answers the pointer
const MOST_PICTURES = 400
const PICTURE = 44 // pixels: the longer side of a picture that stands for a point
const MOST_NAMES = 30 // of groups
const LONGEST = 24 // letters of a name

export class ImageMap {
  constructor(explorer) {
    this.explorer = explorer
    this.images = explorer.images
    this.points = h("canvas", {class: "points"})
    this.over = h("canvas", {class: "over"})
    this.tip = h("div", {class: "tip", hidden: true})
    this.window = h("div", {class: "window", tabindex: 0, role: "application",
      "aria-label": `Map of ${this.images.n.toLocaleString("en")} images: arrow keys move, plus and minus zoom, 0 shows all; the galleries show the same images`},
    this.points, this.over, this.tip)
    this.painter = makePainter(this.points)
    this.legend = h("div", {class: "legend", hidden: true})
    this.mode = "pan"
    this.planeNumber = this.images.planes[0].plane
    this.colouring = "group"
    this.element = h("div", {class: "map"}, this.controls(), this.window, this.legend)
    this.view = zoomIdentity
    this.pictures = []
    this.listen()
    this.setPlane(this.planeNumber)
  }

  controls() {
    const {planes, clusterings, columns, flat} = this.images
    const option = (value, text) => h("option", {value}, text)
    this.modes = [["pan", "Pan"], ["lasso", "Lasso"], ["box", "Box"]].map(([mode, text]) =>
      h("button", {type: "button", "aria-pressed": String(mode === "pan"), onclick: () => this.setMode(mode)}, text))
    const colourings = h("select", {"aria-label": "Colours of the map", onchange: (event) => {
      this.colouring = event.target.value
      this.paint()
    }}, option("group", "colour: group"), option("confidence", "colour: confidence"), option("outlier", "colour: outliers"),
    columns.map(({name, kind}, k) => (kind === "text" ? null : option(`column${k}`, `colour: ${name}`))),
    clusterings.map(({clusters, title}) => option(`clusters${clusters}`, `colour: ${title}`)))
    const plane = h("select", {"aria-label": "Plane of the map", onchange: (event) => this.setPlane(Number(event.target.value))},
      planes.map(({plane, title}) => option(plane, title)))
    return h("div", {class: "controls"},
      h("span", {class: "buttons", role: "group", "aria-label": "What a drag does"}, this.modes),
      h("span", {class: "buttons"},
        h("button", {type: "button", "aria-label": "Zoom in", onclick: () => this.zoomBy(1.6)}, "+"),
        h("button", {type: "button", "aria-label": "Zoom out", onclick: () => this.zoomBy(1 / 1.6)}, "−"),
        h("button", {type: "button", "aria-label": "Show the whole map", onclick: () => this.reset()}, "All")),
      planes.length > 1 ? plane : null, colourings,
      flat ? null : h("small", {class: "faint"}, "The experiment has no reduction to two dimensions: these are the first two columns."))
  }

  setMode(mode) {
    this.mode = mode
    this.modes.forEach((button, k) => button.setAttribute("aria-pressed", String(["pan", "lasso", "box"][k] === mode)))
    this.window.dataset.mode = mode
  }

  listen() {
    this.zoom = zoom().scaleExtent([0.5, 400]).clickDistance(4)
      .filter((event) => (event.type === "wheel" || (this.mode === "pan" && !event.shiftKey)) && !event.button)
      .on("zoom", ({transform}) => {
        this.view = transform
        this.hide()
        this.draw()
      })
    this.target = select(this.window)
    this.target.call(this.zoom).on("dblclick.zoom", null)
    this.window.addEventListener("pointerdown", (event) => this.startSelecting(event))
    this.window.addEventListener("pointermove", (event) => this.follow(event))
    this.window.addEventListener("pointerup", (event) => this.endSelecting(event))
    this.window.addEventListener("pointercancel", () => this.stop())
    this.window.addEventListener("pointerleave", () => this.leave())
    this.window.addEventListener("click", (event) => this.click(event))
    this.window.addEventListener("keydown", (event) => this.key(event))
    new ResizeObserver(() => this.resize()).observe(this.window)
    window.addEventListener("scroll", () => this.point(), {passive: true})
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.paint())
  }

  key(event) {
    const step = {ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60]}[event.key]
    if (event.target !== this.window) return
    if (step) this.target.call(this.zoom.translateBy, step[0] / this.view.k, step[1] / this.view.k)
    else if (event.key === "+" || event.key === "=") this.zoomBy(1.6)
    else if (event.key === "-") this.zoomBy(1 / 1.6)
    else if (event.key === "0") this.reset()
    else if (event.key === "Escape" && this.polygon) this.stop()
    else return
    event.preventDefault()
  }

  zoomBy(factor) {
    this.target.call(this.zoom.scaleBy, factor)
  }

  reset() {
    this.target.call(this.zoom.transform, zoomIdentity)
  }

  setPlane(number) {
    this.planeNumber = number
    this.plane = this.images.plane(number)
    this.found = null
    this.middles = null
    if (this.width) this.fit = fitted(this.width, this.height, this.plane)
    this.painter.setPlane(this.plane)
    this.paint()
  }

  resize() {
    const {width, height} = this.window.getBoundingClientRect()
    if (!width || !height) return
    this.ratio = Math.min(window.devicePixelRatio || 1, 2)
    for (const canvas of [this.points, this.over]) {
      canvas.width = Math.round(width * this.ratio)
      canvas.height = Math.round(height * this.ratio)
    }
    Object.assign(this, {width, height, fit: fitted(width, height, this.plane)})
    this.draw()
  }

  // Colour the points anew: those that are not shown in the gallery are grey.
  paint() {
    const {images, explorer} = this
    const {n} = images
    const dark = isDark()
    const colours = new Uint8Array(4 * n)
    const shapes = new Uint8Array(n)
    const lit = explorer.lit()
    const grey = rgb(GREY)
    const palette = new Map()
    const looks = this.looks(dark, palette)
    const alpha = Math.round(255 * Math.min(0.9, Math.max(0.45, 40 / Math.sqrt(n))))
    let nLit = 0
    for (let i = 0; i < n; i++) {
      const isLit = !lit || lit[i]
      nLit += isLit ? 1 : 0
      const [colour, shape] = isLit ? looks(i) : [grey, 0]
      colours[4 * i] = colour[0]
      colours[4 * i + 1] = colour[1]
      colours[4 * i + 2] = colour[2]
      colours[4 * i + 3] = isLit ? alpha : 50
      shapes[i] = shape
    }
    // a fixed shuffle, so that no group hides another, and what is grey lies below
    this.shuffled ??= shuffled(n)
    const order = new Uint32Array(n)
    let [below, above] = [0, n - nLit]
    for (const i of this.shuffled) order[!lit || lit[i] ? above++ : below++] = i
    this.lit = lit
    this.painter.setLooks(colours, shapes, order)
    this.drawLegend()
    this.middles = null
    delete this.tip.dataset.i // its group may have another name now
    this.draw()
  }

  // A function that gives the colour (three numbers) and the shape of an image.
  looks(dark, palette) {
    const {images, explorer} = this
    const hue = (group) => {
      if (!palette.has(group)) palette.set(group, [rgb(colourOf(group, dark)), shapeOf(group)])
      return palette.get(group)
    }
    if (this.colouring === "group") return (i) => hue(explorer.colourNumber(i))
    if (this.colouring === "confidence") return (i) => (explorer.corrections.moved.has(i) ? [rgb(GREY), 1] : [shade(1 - images.confidence(i)), 0])
    if (this.colouring === "outlier") return (i) => [shade(images.arrays.outlier[i] / 65535), 0]
    if (this.colouring.startsWith("clusters")) return (i) => hue(images.arrays[this.colouring][i])
    const column = images.columns[Number(this.colouring.slice(6))]
    const values = images.arrays[column.array]
    if (column.kind === "category") return (i) => hue(values[i])
    const [low, high] = range(values)
    return (i) => [Number.isNaN(values[i]) ? rgb(GREY) : shade((values[i] - low) / (high - low || 1)), 0]
  }

  // What the colours mean where they are a scale.
  drawLegend() {
    const {images, explorer, colouring} = this
    const column = colouring.startsWith("column") ? images.columns[Number(colouring.slice(6))] : null
    const number = (value) => String(Number(value.toPrecision(4)))
    const ends = colouring === "confidence" ? ["sure: 100 %", explorer.corrections.moved.size ? "0 %; ✖ by hand" : "0 %"]
      : colouring === "outlier" ? ["near others", "far from all"]
        : column?.kind === "number" ? range(images.arrays[column.array]).map(number) : null
    this.legend.hidden = !ends
    this.legend.replaceChildren(...(ends ? [ends[0], h("span", {class: "scale"}), ends[1]] : []))
  }

  draw() {
    if (this.waiting || !this.width) return
    this.waiting = requestAnimationFrame(() => {
      this.waiting = null
      this.drawNow()
    })
  }

  drawNow() {
    const began = performance.now()
    const transform = this.transform()
    const {n} = this.images
    const size = Math.min(9, Math.max(2.5, 260 / Math.sqrt(n))) * Math.min(2, this.view.k ** 0.25)
    this.painter.draw(transform, this.width, this.height, size, this.ratio)
    const context = this.over.getContext("2d")
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0)
    context.clearRect(0, 0, this.width, this.height)
    this.drawPictures(context, transform)
    this.drawNames(context, transform)
    if (this.polygon) this.drawPolygon(context)
    setTimeout(() => this.point()) // when the page has been laid out
    this.seconds = (performance.now() - began) / 1000
  }

  // Points that have room for it are shown as their pictures.
  drawPictures(context, transform) {
    this.pictures = []
    const near = inWindow(this.plane, transform, this.width, this.height, 4 * MOST_PICTURES)
    if (!near) return
    const lit = this.lit ? near.filter((i) => this.lit[i]) : near
    const ids = thinned(lit, this.plane, transform, PICTURE * 0.9)
    if (ids.length < 0.3 * lit.length || ids.length > MOST_PICTURES) return
    const {width, height} = this.explorer.sheets[0]
    const scale = PICTURE / Math.max(width, height)
    for (const i of ids) {
      const [x, y] = toScreen(transform, this.plane.x[i], this.plane.y[i])
      const [w, t] = [width * scale, height * scale]
      if (!this.explorer.sheets[0].draw(context, i, x - w / 2, y - t / 2, w, t, () => this.draw())) continue
      context.lineWidth = 2
      context.strokeStyle = colourOf(this.explorer.colourNumber(i))
      context.strokeRect(x - w / 2, y - t / 2, w, t)
      this.pictures.push(i)
    }
  }

  // Groups are named in their middle, the largest first, as long as no name lies on another.
  drawNames(context, transform) {
    const {corrections, view} = this.explorer
    const groups = corrections.groups.filter((group) => group >= 0)
    this.named = []
    if (groups.length > MOST_NAMES || ["levels", "part"].includes(view.kind)) return
    this.middles ??= groups.map((group) => ({group, n: corrections.members.get(group).length,
      at: middle(corrections.members.get(group), this.plane)})).sort((a, b) => b.n - a.n)
    context.font = "600 12px system-ui, sans-serif"
    context.textAlign = "center"
    context.textBaseline = "middle"
    const boxes = this.middles.map(({group, at}) => {
      const name = corrections.nameOf(group)
      const text = name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name
      const half = context.measureText(text).width / 2 + 4
      const [px, y] = toScreen(transform, ...at)
      // whole within the window, unless the middle is outside it
      const x = px > 0 && px < this.width ? Math.min(Math.max(px, half), this.width - half) : px
      return {text, x, y, left: x - half, right: x + half, top: y - 9, bottom: y + 9}
    })
    context.lineWidth = 4
    context.lineJoin = "round"
    context.strokeStyle = isDark() ? "rgba(21, 24, 28, 0.85)" : "rgba(255, 255, 255, 0.85)"
    context.fillStyle = isDark() ? "#e6e8ea" : "#1b1f24"
    for (const {text, x, y} of apart(boxes)) {
      context.strokeText(text, x, y)
      context.fillText(text, x, y)
      this.named.push(text)
    }
  }

  // Made when something is first pointed at.
  get tree() {
    this.found ??= quadtree(Array.from(this.plane.x.keys()), (i) => this.plane.x[i], (i) => this.plane.y[i])
    return this.found
  }

  transform() {
    return combined(this.fit, this.view)
  }

  at(event) {
    const {left, top} = this.window.getBoundingClientRect()
    return [event.clientX - left, event.clientY - top]
  }

  nearest(event) {
    if (!this.fit) return -1
    const transform = this.transform()
    const [sx, sy] = this.at(event)
    const [x, y] = toPlane(transform, sx, sy)
    const reach = (this.pictures.length ? PICTURE / 2 : REACH) / transform.k
    const found = this.tree.find(x, y, reach)
    return found === undefined || (this.lit && !this.lit[found]) ? this.nearestLit(x, y, reach) : found
  }

  nearestLit(x, y, reach) {
    if (!this.lit) return -1
    let [found, least] = [-1, reach * reach]
    this.tree.visit((node, x0, y0, x1, y1) => {
      if (x0 > x + reach || x1 < x - reach || y0 > y + reach || y1 < y - reach) return true
      if (node.length) return false
      do {
        const i = node.data
        const distance = (this.plane.x[i] - x) ** 2 + (this.plane.y[i] - y) ** 2
        if (this.lit[i] && distance < least) [found, least] = [i, distance]
      } while ((node = node.next))
      return false
    })
    return found
  }

  click(event) {
    if (event.defaultPrevented || this.justSelected) return
    const i = this.nearest(event)
    if (i < 0) return
    this.window.focus({preventScroll: true}) // where the large picture leads back to
    this.explorer.open(i, this.explorer.listed())
  }

  follow(event) {
    if (this.polygon) return this.extend(event)
    this.pointer = event.pointerType === "touch" || event.buttons ? null : event
    this.point()
  }

  leave() {
    this.pointer = null
    this.hide()
  }

  // Show what is under the pointer, which may rest while the map or the page moves.
  point() {
    if (!this.pointer) return
    const i = this.nearest(this.pointer)
    if (i < 0) return this.hide()
    const {corrections} = this.explorer
    if (this.tip.dataset.i !== String(i)) {
      const picture = h("div", {class: "picture"})
      this.explorer.sheets[0].paint(picture, i, 128)
      this.tip.replaceChildren(picture, h("div", {}, this.images.title(i)),
        h("div", {}, `${corrections.nameOf(corrections.group[i])}, ${this.explorer.sureness(i)}`))
      this.tip.dataset.i = String(i)
    }
    this.tip.hidden = false
    const [x, y] = this.at(this.pointer)
    const {offsetWidth, offsetHeight} = this.tip
    this.tip.style.left = `${Math.max(2, Math.min(x + 14, this.width - offsetWidth - 2))}px`
    this.tip.style.top = `${y + 14 + offsetHeight > this.height ? Math.max(2, y - 14 - offsetHeight) : y + 14}px`
    this.window.style.cursor = this.mode === "pan" ? "pointer" : ""
  }

  hide() {
    this.tip.hidden = true
    this.window.style.cursor = ""
  }

  startSelecting(event) {
    this.justSelected = false
    const shape = this.mode === "pan" && event.shiftKey ? "lasso" : this.mode
    if (shape === "pan" || event.button) return
    event.preventDefault()
    this.window.setPointerCapture(event.pointerId)
    this.shape = shape
    this.polygon = [this.at(event)]
    this.leave()
  }

  extend(event) {
    const point = this.at(event)
    this.polygon = this.shape === "box" ? [this.polygon[0], point] : [...this.polygon, point]
    this.draw()
  }

  endSelecting(event) {
    if (!this.polygon) return
    const corners = this.corners()
    this.stop()
    if (corners.length < 3 || Math.abs(area(corners)) < 30) return
    this.justSelected = true
    const ids = inside(corners, this.plane, this.transform(), this.explorer.mask)
    this.explorer.select(ids, event.ctrlKey || event.metaKey)
  }

  stop() {
    this.polygon = null
    this.draw()
  }

  corners() {
    return this.shape === "box" && this.polygon.length === 2 ? box(...this.polygon) : this.polygon
  }

  drawPolygon(context) {
    context.beginPath()
    this.corners().forEach(([x, y], k) => (k ? context.lineTo(x, y) : context.moveTo(x, y)))
    context.closePath()
    context.fillStyle = "rgba(0, 114, 178, 0.15)"
    context.strokeStyle = isDark() ? lightened(PALETTE[0]) : PALETTE[0]
    context.lineWidth = 1.5
    context.fill()
    context.stroke()
  }
}

// The lowest and the highest of the known numbers.
function range(values) {
  return values.reduce(([low, high], value) => (Number.isNaN(value) ? [low, high] : [Math.min(low, value), Math.max(high, value)]), [Infinity, -Infinity])
}

function area(corners) {
  return corners.reduce((sum, [x, y], k) => {
    const [u, v] = corners[(k + 1) % corners.length]
    return sum + (x * v - u * y) / 2
  }, 0)
}

// The same order in every browser (xorshift).
function shuffled(n) {
  const order = Uint32Array.from({length: n}, (_, i) => i)
  let state = 2463534242
  for (let i = n - 1; i > 0; i--) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    const j = (state >>> 0) % (i + 1)
    ;[order[i], order[j]] = [order[j], order[i]]
  }
  return order
}
