// Pictures of images: parts of sheets that are loaded when one of them comes into sight.
import {bytesOf} from "./data.js"

export class Sheets {
  // `layout`: see page/thumbnails.py; with `paths` of the sheets, or `read(number)` gives one in
  // base64. `place`: of each image.
  constructor(layout, place, read) {
    Object.assign(this, layout, {read})
    this.place = place
    this.urls = []
    this.pictures = []
    this.pixelated = Math.max(this.width, this.height) < 64
  }

  url(sheet) {
    if (this.paths) return new URL(this.paths[sheet], document.baseURI).href
    if (!this.urls[sheet]) {
      this.urls[sheet] = URL.createObjectURL(
        new Blob([bytesOf(this.read(sheet))], {type: "image/webp"}))
    }
    return this.urls[sheet]
  }

  where(i) {
    const perSheet = this.columns * this.columns
    const place = this.place[i] % perSheet
    const sheet = Math.floor(this.place[i] / perSheet)
    const left = this.place.length - sheet * perSheet
    return {
      sheet,
      x: (place % this.columns) * this.cell_width,
      y: Math.floor(place / this.columns) * this.cell_height,
      sheetWidth: Math.min(this.columns, left) * this.cell_width,
      sheetHeight: Math.ceil(Math.min(perSheet, left) / this.columns) * this.cell_height,
    }
  }

  // Show an image as the background of an element, its longer side `side` pixels long.
  paint(element, i, side) {
    const {sheet, x, y, sheetWidth, sheetHeight} = this.where(i)
    const scale = side / Math.max(this.width, this.height)
    const {style} = element
    style.width = `${this.width * scale}px`
    style.height = `${this.height * scale}px`
    style.backgroundImage = `url("${this.url(sheet)}")`
    style.backgroundSize = `${sheetWidth * scale}px ${sheetHeight * scale}px`
    style.backgroundPosition = `${-x * scale}px ${-y * scale}px`
    style.imageRendering = this.pixelated ? "pixelated" : "auto"
  }

  // The decoded sheet of an image if it is there; if not, `later` is called when it is.
  picture(i, later) {
    const {sheet} = this.where(i)
    let picture = this.pictures[sheet]
    if (!picture) {
      picture = this.pictures[sheet] = new Image()
      picture.src = this.url(sheet)
    }
    if (picture.complete && picture.naturalWidth) return picture
    picture.addEventListener("load", later, {once: true})
    return null
  }

  // Draw an image into a rectangle of a canvas; return whether its sheet was there.
  draw(context, i, left, top, width, height, later) {
    const picture = this.picture(i, later)
    if (!picture) return false
    const {x, y} = this.where(i)
    context.imageSmoothingEnabled = !this.pixelated
    context.drawImage(picture, x, y, this.width, this.height, left, top, width, height)
    return true
  }
}
