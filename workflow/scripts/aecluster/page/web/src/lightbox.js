// One picture large, with what is known of it and what is like it.
import {colourOf, symbolOf} from "./colours.js"
import {h} from "./dom.js"

export class Lightbox {
  constructor(explorer) {
    this.explorer = explorer
    this.element = h("dialog", {class: "lightbox", tabIndex: -1, "aria-label": "Picture"})
    this.element.addEventListener("close", () => this.onclose?.())
    this.element.addEventListener("click", (event) => {
      if (event.target === this.element) this.element.close()
    })
    this.element.addEventListener("keydown", (event) => this.key(event))
  }

  // Show an image; `ids` are those that the arrow keys go through.
  open(i, ids) {
    this.ids = ids
    this.trail = []
    const from = document.activeElement
    this.show(i)
    if (!this.element.open) this.element.showModal()
    this.element.focus()
    this.onclose = () => (from.isConnected && from !== document.body
      ? from.focus({preventScroll: true}) : this.explorer.focusNear(i, ids))
  }

  // Show what is like the image that is shown, and keep a way back to this.
  follow(j, ids) {
    this.trail.push({i: this.i, ids: this.ids})
    this.ids = ids
    this.show(j)
  }

  goBack() {
    const {i, ids} = this.trail.pop()
    this.ids = ids
    this.show(i)
  }

  key(event) {
    const step = {ArrowRight: 1, ArrowLeft: -1}[event.key]
    if (!step || event.target.value && event.target.matches("input")) return // the caret moves
    event.preventDefault()
    this.step(step)
  }

  step(step) {
    const next = this.ids.indexOf(this.i) + step
    if (next >= 0 && next < this.ids.length) this.show(this.ids[next])
  }

  show(i) {
    this.i = i
    const {images, corrections} = this.explorer
    const group = corrections.group[i]
    const place = this.ids.indexOf(i)
    const focused = this.element.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null
    const from = this.trail.at(-1)
    const facts = []
    const fact = (name, ...value) => facts.push(h("dt", {}, name), h("dd", {}, ...value))
    if (images.files) fact("File", this.link(i))
    fact("Group", this.groupLink(group))
    if (corrections.moved.has(i)) fact("Found in", `group ${images.arrays.group[i]}`)
    fact("Confidence", group < 0 ? "–" : this.explorer.sureness(i))
    const second = images.arrays.runnerUp[i]
    fact("Runner-up", second < 0 ? "none: all agree" : this.groupLink(corrections.end(second)))
    const outlier = this.explorer.outlierPlace(i)
    if (outlier >= 0) fact("Outlier", `${(outlier + 1).toLocaleString("en")} of ${images.n.toLocaleString("en")}`)
    if (images.size(i)) fact("Size", images.size(i))
    const flags = images.flagsOf(i)
    if (flags.length) fact("Quality", flags.join(", ").replaceAll("_", " "))
    for (const column of images.columns) {
      const text = images.text(column, i)
      if (text) fact(column.name, text)
    }
    const tags = corrections.tagsOf(i)
    if (tags.length) {
      fact("Tags", ...tags.map((tag) => h("button", {type: "button", class: "tag",
        title: "Remove this tag", onclick: () => this.explorer.untag([i], tag)}, tag, " ×")))
    }
    const more = (title, ids) => (ids.length
      ? h("section", {}, h("h3", {}, title), h("div", {class: "strip"},
        ids.map((j) => this.explorer.thumb(j, 80, [...new Set([...this.ids, ...ids])], this))))
      : null)
    this.element.replaceChildren(
      h("div", {class: "bar"},
        from ? h("button", {type: "button", class: "back-to", onclick: () => this.goBack()}, `‹ Back to ${images.shortTitle(from.i)}`) : null,
        h("span", {class: "faint", "aria-live": "polite"}, `${images.title(i)}${place < 0 ? "" : `, ${(place + 1).toLocaleString("en")} of ${this.ids.length.toLocaleString("en")}`}`),
        h("button", {type: "button", class: "step", disabled: place <= 0, onclick: () => this.step(-1), "aria-label": "Previous picture"}, "‹"),
        h("button", {type: "button", class: "step", disabled: place < 0 || place >= this.ids.length - 1, onclick: () => this.step(1), "aria-label": "Next picture"}, "›"),
        h("button", {type: "button", class: "close", onclick: () => this.element.close(), "aria-label": "Close"}, "×")),
      h("div", {class: "large"}, this.picture(i)),
      h("div", {class: "about"}, h("dl", {}, facts), this.actions(i),
        more("More like this", images.neighbors(i)), more("Duplicates", images.duplicates(i))),
    )
    this.element.scrollTop = 0
    // what had the focus is another element now, and on a page without a focus no key is heard here
    const again = focused && this.element.querySelector(`[aria-label="${CSS.escape(focused)}"]:enabled`)
    if (this.element.open) (again || this.element).focus({preventScroll: true})
  }

  link(i) {
    const url = this.explorer.original(i)
    const file = this.explorer.images.file(i)
    return url ? h("a", {href: url, target: "_blank", rel: "noopener"}, file) : file
  }

  groupLink(group) {
    return h("button", {type: "button", class: "link", onclick: () => {
      this.onclose = null
      this.element.close()
      this.explorer.go({kind: "group", group})
    }}, h("span", {class: "symbol", colour: colourOf(group), "aria-hidden": "true"}, symbolOf(group)),
    this.explorer.corrections.nameOf(group))
  }

  actions(i) {
    return h("p", {class: "actions"}, this.explorer.moveControl(() => [i]),
      this.explorer.tagControl(() => [i]))
  }

  // The picture as it is on the sheets, and the file itself once it is found.
  picture(i) {
    const {sheets, images} = this.explorer
    const size = sheets.at(-1)
    const canvas = h("canvas", {width: size.width, height: size.height, role: "img", "aria-label": images.title(i)})
    if (size.pixelated) canvas.classList.add("pixelated")
    const draw = () => size.draw(canvas.getContext("2d"), i, 0, 0, size.width, size.height, draw)
    draw()
    const url = this.explorer.original(i)
    if (url) {
      const file = new Image()
      file.alt = images.title(i)
      file.onload = () => this.i === i && canvas.replaceWith(file)
      file.src = url
    }
    return canvas
  }
}
