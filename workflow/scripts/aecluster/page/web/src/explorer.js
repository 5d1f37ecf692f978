// The groups of a data set: filters, galleries, the map beside them, and what is corrected.
import {colourOf, symbolOf} from "./colours.js"
import {Corrections} from "./corrections.js"
import {groupedBy} from "./data.js"
import {count, countOf, h, percent} from "./dom.js"
import {asCsv, asList, download} from "./exporting.js"
import {bestOf, fence, fitting, flagCounts, isActive, noFilter, ORDERS, sorted, splitByDoubt, withoutCopies} from "./filters.js"
import {filling, Grid} from "./grid.js"
import {Lightbox} from "./lightbox.js"
import {ImageMap} from "./map.js"
import {canPost, post, remembered, remember} from "./saving.js"
import {Sheets} from "./sheets.js"
import {walkable} from "./walking.js"

const TYPICAL = 12 // pictures of a group in the overview
const MOST_SETS = 200
const PHONE = 640 // pixels; a window that is narrower has no room to give away
const OUTLIERS = 200 // at most, and of few images a tenth
const PRINTED = 2000 // pictures of a gallery, at most

export class Explorer {
  constructor(element, images, layouts, saved) {
    this.element = element
    this.images = images
    this.sheets = layouts.map((layout, size) => new Sheets(layout, images.arrays.place,
      (number) => element.querySelector(`.sheet-${size}-${number}`).textContent))
    this.corrections = new Corrections(images, saved, saved.fitting === false ? null : remembered(images))
    this.filter = noFilter()
    this.mask = null
    this.selected = new Set()
    this.order = "confidence"
    this.view = {kind: "groups"}
    if (images.levels) {
      const {numbers} = images.levels
      this.setLevel(numbers.findLastIndex((k) => k <= Math.max(numbers[0], 2 * this.corrections.groups.length)))
    }
    this.grids = []
    this.side = Math.min(128, Math.max(96, Math.max(this.sheets[0].width, this.sheets[0].height)))
    this.lightbox = new Lightbox(this)
    this.corrections.addEventListener("change", () => this.changed())
    this.build(saved)
    this.show()
  }

  build(saved) {
    this.title = h("h2", {class: "place", tabindex: -1})
    this.viewBar = h("nav", {class: "views", "aria-label": "Galleries"})
    this.filterBar = h("form", {class: "filters", role: "search", "aria-label": "Filter", onsubmit: (event) => event.preventDefault()})
    this.gallery = h("div", {class: "gallery"})
    this.cut = h("p", {hidden: true})
    this.actionBar = h("div", {class: "action-bar", role: "region", "aria-label": "Selected pictures", hidden: true})
    this.saveBar = h("div", {class: "save-bar", role: "status", hidden: true})
    this.bars = h("div", {class: "bars"}, this.actionBar, this.saveBar)
    this.map = new ImageMap(this)
    const note = saved.fitting === false
      ? h("p", {class: "note"}, `corrections.json was made for other groups of ${this.images.name} and is left out.`) : null
    this.element.append(...[note, this.viewBar, this.filterBar,
      h("div", {class: "split"}, h("div", {class: "main"}, this.title, this.gallery, this.cut),
        h("aside", {class: "side", "aria-label": "Map"}, this.map.element)),
      this.bars, this.lightbox.element].filter(Boolean))
    // nothing lies below the bars at the end of the page
    new ResizeObserver(() => {
      const {offsetHeight} = this.bars
      this.element.style.paddingBottom = `${offsetHeight}px`
      document.documentElement.style.scrollPaddingBottom = `${offsetHeight + 20}px`
    }).observe(this.bars)
    this.drawFilters()
    this.drawSave()
  }

  // What is shown

  // Each view is a step that the browser's Back key takes back.
  go(view) {
    if (JSON.stringify(view) !== JSON.stringify(this.view)) {
      const {name} = this.images
      history.scrollRestoration = "manual" // a browser that does it knows nothing of the gallery
      history.replaceState({name, view: this.view, scrolled: window.scrollY}, "")
      history.pushState({name, view}, "")
    }
    this.enter(view)
  }

  // Show the view of a step that the browser has gone to, as far down as it was left.
  step({view, scrolled}) {
    if (this.lightbox.element.open) this.lightbox.element.close()
    const there = this.existing(view)
    if (JSON.stringify(there) !== JSON.stringify(this.view)) this.enter(there, scrolled)
  }

  enter(view, scrolled) {
    this.view = view
    if (view.kind !== "group") this.order = view.kind === "outliers" ? "outlier" : "confidence"
    this.show()
    window.scrollTo(0, scrolled ?? Math.min(window.scrollY, this.element.getBoundingClientRect().top + window.scrollY))
    this.title.focus({preventScroll: true})
  }

  changed() {
    remember(this.images, this.corrections)
    this.view = this.existing(this.view)
    this.drawFilters()
    this.drawSave()
    this.show()
    if (this.lightbox.element.open) this.lightbox.show(this.lightbox.i)
  }

  // A view, or what is there instead of it since something was corrected.
  existing(view) {
    const {members, merged, tags} = this.corrections
    if (view.kind === "tag" && !tags.has(view.tag)) return {kind: "groups"}
    if (view.kind === "selection" && !this.selected.size) return {kind: "groups"}
    if (view.kind === "part" && !this.parts.includes(view.part)) return {kind: "levels"}
    if (view.kind !== "group" || members.has(view.group)) return view
    return merged.has(view.group) ? {kind: "group", group: this.corrections.end(view.group)} : {kind: "groups"}
  }

  show() {
    this.mask = isActive(this.filter) ? fitting(this.images, this.corrections, this.filter) : null
    this.grids.forEach((grid) => grid.remove())
    this.grids = []
    this.drawViews()
    const shown = this[`show_${this.view.kind}`]()
    const focused = this.gallery.contains(document.activeElement) && document.activeElement.getAttribute("aria-label")
    this.title.replaceChildren(...shown.title)
    this.gallery.replaceChildren(...shown.content.filter(Boolean))
    if (focused) this.gallery.querySelector(`.tools [aria-label="${CSS.escape(focused)}"]`)?.focus({preventScroll: true})
    this.grids.forEach((grid) => grid.draw())
    this.drawActions()
    this.map.paint()
  }

  // Draw what a printer needs, which sees no window; after it, what the window needs.
  print(printing) {
    let left = printing ? PRINTED : 0
    for (const grid of this.grids) {
      if (grid.element.closest("details:not([open])")) continue
      grid.print(left)
      left -= grid.printed
    }
    const n = this.listed().length
    this.cut.hidden = !printing || !this.grids.length || n <= PRINTED
    this.cut.textContent = `The first ${countOf(PRINTED, n, "picture")}.`
  }

  passes(ids) {
    return this.mask ? ids.filter((i) => this.mask[i]) : ids
  }

  all() {
    return this.passes(Array.from({length: this.images.n}, (_, i) => i))
  }

  // The images of the gallery in its order, which the large picture goes through.
  listed() {
    const open = this.grids.filter(({element}) => !element.closest("details:not([open])"))
    return this.grids.length ? open.flatMap((grid) => grid.ids) : this.all()
  }

  // Which points of the map have their colour; null for all.
  lit() {
    const chosen = this.selected.size ? this.selected : ["groups", "levels", "all"].includes(this.view.kind) ? null : new Set(this.viewIds)
    if (!chosen) return this.mask
    const lit = new Uint8Array(this.images.n)
    for (const i of chosen) lit[i] = 1
    return lit
  }

  show_groups() {
    const {corrections} = this
    const cards = corrections.groups.map((group) => this.card(group)).filter(Boolean)
    const shown = cards.reduce((sum, card) => sum + card.n, 0)
    return {
      title: [`${count(cards.length, "group")} of ${count(shown, "image")}`],
      content: [h("div", {class: "cards"}, cards.map((card) => card.element)), cards.length ? null : this.nothing()],
    }
  }

  card(group) {
    const {corrections, images} = this
    const ids = this.passes(corrections.members.get(group))
    const voted = ids.filter((i) => !corrections.moved.has(i))
    const sure = voted.reduce((sum, i) => sum + images.confidence(i), 0) / voted.length
    const byHand = ids.length - voted.length
    const about = [voted.length ? `, mean confidence ${percent(sure)}` : "",
      byHand ? `, ${voted.length ? `${byHand.toLocaleString("en")} ` : ""}by hand` : ""]
    return this.cardOf(ids, group, corrections.nameOf(group), group < 0 ? "" : about.join(""),
      {kind: "group", group}, this.suggested(group))
  }

  // The most typical of some images, and a way to all of them; null where there are none.
  cardOf(ids, number, label, about, view, suggested = null) {
    if (!ids.length) return null
    const typical = withoutCopies(this.images, sorted(this.images, ids, "typical")).slice(0, TYPICAL)
    const element = h("article", {class: "card", "aria-label": label},
      h("header", {},
        h("h3", {}, this.symbol(number), h("button", {type: "button", class: "link", onclick: () => this.go(view)}, label)),
        h("span", {class: "faint"}, `${count(ids.length, "image")}${about}`)),
      suggested,
      walkable(h("div", {class: "strip"}, typical.map((i) => this.thumb(i, window.innerWidth < PHONE ? 78 : 86, typical)))),
      ids.length > typical.length ? h("button", {type: "button", class: "more", onclick: () => this.go(view)}, `Show all ${ids.length.toLocaleString("en")}`) : null)
    return {element, n: ids.length}
  }

  // Words that tell a group from the others; a click takes them as its name.
  suggested(group) {
    const words = this.images.suggestions[group] ?? []
    if (!words.length || this.corrections.names.has(group)) return null
    return h("p", {class: "suggested"}, "Typical: ", words.map(({word, share, lift}, k) => [k ? " " : "",
      h("button", {type: "button", class: "tag", title: `${percent(share)} of this group, ${lift} times as much as of all images; a click takes ${word} as the name`,
        onclick: () => this.corrections.rename(group, word)}, `${word} ${percent(share)}`)]))
  }

  show_group() {
    const {corrections, images} = this
    const {group} = this.view
    const members = corrections.members.get(group) ?? []
    const ids = sorted(images, this.passes(members), this.order)
    this.viewIds = ids
    const [sure, doubtful, byHand] = this.order === "confidence" && group >= 0 ? splitByDoubt(images, ids, corrections.moved) : [ids, [], []]
    const name = h("input", {value: corrections.names.get(group) ?? "", placeholder: `group ${group}`, maxLength: 200,
      "aria-label": "Name of this group", onchange: (event) => corrections.rename(group, event.target.value)})
    const others = corrections.groups.filter((other) => other !== group && other >= 0)
    const merge = h("select", {"aria-label": "Merge this group into another", onchange: (event) =>
      event.target.value && corrections.merge(group, Number(event.target.value))},
    h("option", {value: ""}, "Merge into…"), others.map((other) => h("option", {value: other}, corrections.nameOf(other))))
    const tools = h("div", {class: "tools"},
      group < 0 ? null : h("label", {}, "Name ", name),
      this.suggested(group), this.orderControl(),
      group < 0 || !others.length ? null : merge,
      h("button", {type: "button", onclick: () => this.select(ids)}, "Select all"),
      this.exportButtons(() => ids, corrections.nameOf(group)))
    return {
      title: [this.backButton(), this.symbol(group), `${corrections.nameOf(group)}: ${countOf(ids.length, members.length, "image")}`],
      content: [tools, sure.length ? this.grid(sure, "Pictures of the group") : null,
        doubtful.length ? h("h3", {class: "doubtful"}, `Doubtful: ${doubtful.length.toLocaleString("en")}`) : null,
        doubtful.length ? h("p", {class: "faint"}, "Less than half of the votes put them here.") : null,
        doubtful.length ? this.grid(doubtful, "Doubtful pictures of the group") : null,
        byHand.length ? h("h3", {}, `By hand: ${byHand.length.toLocaleString("en")}`) : null,
        byHand.length ? this.grid(byHand, "Pictures put here by hand") : null,
        ids.length ? null : this.nothing()],
    }
  }

  // Fewer or more groups than were voted for: one tree of the images, cut at several levels.

  setLevel(level) {
    this.level = level
    this.k = this.images.levels.numbers[level]
    this.parts = this.images.cut(this.k)
  }

  show_levels() {
    const {images, k, parts} = this
    const {numbers} = images.levels
    const said = h("output", {}, `${k} parts`)
    const level = h("input", {type: "range", min: 0, max: numbers.length - 1, value: this.level, "aria-label": "Number of parts", "aria-valuetext": `${k} parts`,
      oninput: () => { said.value = `${numbers[level.value]} parts` },
      onchange: () => {
        this.setLevel(Number(level.value))
        this.show()
      }})
    const cards = [...groupedBy(parts)].sort(([a], [b]) => a - b).map(([part, ids]) => {
      const own = this.passes(ids)
      const [group, n] = most(own.map((i) => this.corrections.group[i]))
      return this.cardOf(own, part, `part ${part}`, `, ${percent(n / own.length)} in ${this.corrections.nameOf(group)}`, {kind: "part", part})
    }).filter(Boolean)
    return {
      title: [this.backButton(), `Few or many: ${k} parts`],
      content: [h("div", {class: "tools"}, h("label", {class: "level"}, "few ", level, " many "), said),
        h("p", {class: "faint small"}, "One tree of all images, cut into few or many parts: another view than the groups, which are voted for. To make a part a group, open it, select all and move."),
        h("div", {class: "cards"}, cards.map((card) => card.element)), cards.length ? null : this.nothing()],
    }
  }

  // The number by which an image has its colour on the map.
  colourNumber(i) {
    return ["levels", "part"].includes(this.view.kind) ? this.parts[i] : this.corrections.group[i]
  }

  show_part() {
    const {part} = this.view
    const own = Array.from(this.parts.keys()).filter((i) => this.parts[i] === part)
    const ids = sorted(this.images, this.passes(own), this.order)
    const shown = this.listing(ids, `part ${part} of ${this.k}: ${countOf(ids.length, own.length, "image")}`, `Pictures of part ${part}`)
    const back = h("button", {type: "button", class: "back", onclick: () => this.go({kind: "levels"})}, `‹ All ${this.k} parts`)
    return {...shown, title: [back, this.symbol(part), shown.title.at(-1)]}
  }

  show_all() {
    const ids = sorted(this.images, this.all(), this.order)
    return this.listing(ids, countOf(ids.length, this.images.n, "image"), "All pictures")
  }

  get mostOutliers() {
    return Math.min(OUTLIERS, Math.max(20, Math.ceil(this.images.n / 10)))
  }

  // The place of an image among all by its distance to the others, from 0; -1 for those of no note.
  outlierPlace(i) {
    this.outlying ??= sorted(this.images, this.images.arrays.group.keys(), "outlier").slice(0, this.mostOutliers)
    return this.outlying.indexOf(i)
  }

  show_outliers() {
    const {distance} = this.images.arrays
    const fit = this.all()
    const ids = sorted(this.images, fit, "outlier").slice(0, this.mostOutliers)
    this.fence ??= fence(distance)
    const far = ids.filter((i) => distance[i] > this.fence)
    const rest = ids.filter((i) => distance[i] <= this.fence)
    const short = (value) => String(Number(value.toPrecision(2)))
    const shown = ids.length === fit.length ? count(fit.length, "image")
      : `${ids.length.toLocaleString("en")} of ${this.mask ? "the " : ""}${count(fit.length, "image")}${this.mask ? " that fit" : ""}`
    this.viewIds = ids
    return {
      title: [this.backButton(), `${shown}, farthest from all others first`],
      content: [h("div", {class: "tools"}, this.selectAndExport(ids, "Outliers")),
        ids.length ? h("p", {class: "faint small"}, "Below each picture: its mean distance (1 − cosine) to the nearest ten. ",
          `Above ${short(this.fence)} (third quartile + 1.5 interquartile ranges) it is far from all others.`) : this.nothing(),
        far.length ? h("h3", {}, `Far from all others: ${far.length.toLocaleString("en")}`) : null,
        far.length ? this.grid(far, "Far from all others", (i) => short(distance[i])) : null,
        rest.length ? h("h3", {}, `Less far: ${rest.length.toLocaleString("en")}`) : null,
        rest.length ? this.grid(rest, "Less far", (i) => short(distance[i])) : null],
    }
  }

  show_selection() {
    const ids = sorted(this.images, this.passes([...this.selected]), this.order)
    return this.listing(ids, `Selection: ${countOf(ids.length, this.selected.size, "image")}`, "Selected pictures")
  }

  show_tag() {
    const tagged = [...(this.corrections.tags.get(this.view.tag) ?? [])]
    const ids = sorted(this.images, this.passes(tagged), this.order)
    return this.listing(ids, `${this.view.tag}: ${countOf(ids.length, tagged.length, "image")}`, `Pictures tagged ${this.view.tag}`)
  }

  show_quality() {
    const {images} = this
    const {quality} = images.arrays
    const ids = this.all().filter((i) => quality[i] & this.counts.rare)
    this.viewIds = ids
    const parts = this.counts.flags.map(({name, bit, n, common}) => {
      const own = this.all().filter((i) => quality[i] & bit)
      const shown = own.length === n ? "" : `${own.length.toLocaleString("en")} of `
      const about = `${name}: ${shown}${count(n, "image")}${common ? `, ${percent(n / images.n)} of all` : ""}`
      return own.length ? h("details", {class: "flag", open: !common}, h("summary", {}, about),
        common ? h("p", {class: "faint small"}, "So many that the flag says more about the whole set than about a single picture.") : null,
        common ? h("div", {class: "tools"}, this.selectAndExport(own, name)) : null,
        this.grid(own, `Pictures flagged ${name}`)) : null
    })
    return {title: [this.backButton(), `${countOf(ids.length, this.counts.flagged, "image")} of doubtful quality`],
      content: [ids.length ? h("div", {class: "tools"}, this.selectAndExport(ids, "quality")) : null, ...parts, parts.some(Boolean) ? null : this.nothing()]}
  }

  show_duplicates() {
    const sets = [...this.images.sets.values()].map((ids) => this.passes(ids)).filter((ids) => ids.length > 1)
    const ids = sets.flat()
    this.viewIds = ids
    const kept = sets.map((set) => bestOf(this.images, set))
    const extra = sets.flatMap((set, k) => set.filter((i) => i !== kept[k]))
    this.marks = []
    const shown = sets.slice(0, MOST_SETS).map((set, k) => h("section", {class: "set", "aria-label": `Set ${k + 1}`},
      h("div", {class: "strip"}, set.map((i) => {
        const mark = h("strong", {hidden: true}, "kept")
        if (i === kept[k]) this.marks.push({i, others: set.filter((j) => j !== i), mark})
        return h("div", {class: "sized"}, this.thumb(i, 96, ids), h("span", {class: "said"}, this.images.size(i), " ", mark))
      }))))
    this.markKept()
    return {
      title: [this.backButton(), `${countOf(sets.length, this.images.sets.size, "set")} of equal or nearly equal images`],
      content: [h("div", {class: "tools"}, h("button", {type: "button", onclick: () => this.select(extra)}, "Select all but one of each set"), this.selectAndExport(ids, "duplicates")),
        walkable(h("div", {}, shown)),
        sets.length > MOST_SETS ? h("p", {class: "faint"}, `and ${count(sets.length - MOST_SETS, "more set")}; the export has them all.`) : null,
        sets.length ? null : this.nothing()],
    }
  }

  // Say which of a set of duplicates is kept while all others of it, and not this, are selected.
  markKept() {
    for (const {i, others, mark} of this.marks) {
      mark.hidden = this.selected.has(i) || !others.every((j) => this.selected.has(j))
    }
  }

  listing(ids, title, label) {
    this.viewIds = ids
    return {
      title: [this.backButton(), title],
      content: [h("div", {class: "tools"}, this.orderControl(), this.selectAndExport(ids, label)),
        ids.length ? this.grid(ids, label) : this.nothing()],
    }
  }

  nothing() {
    return h("p", {class: "faint"}, "No image fits. ",
      isActive(this.filter) ? h("button", {type: "button", onclick: () => this.setFilter(noFilter())}, "Clear the filter") : "")
  }

  // Its parts

  symbol(group) {
    return h("span", {class: "symbol", colour: colourOf(group), "aria-hidden": "true"}, symbolOf(group))
  }

  backButton() {
    return h("button", {type: "button", class: "back", onclick: () => this.go({kind: "groups"})}, "‹ All groups")
  }

  orderControl() {
    return h("select", {"aria-label": "Order", onchange: (event) => {
      this.order = event.target.value
      this.show()
    }}, Object.entries(ORDERS).map(([key, {title}]) => h("option", {value: key, selected: key === this.order}, title)))
  }

  selectAndExport(ids, name) {
    return [h("button", {type: "button", onclick: () => this.select(ids)}, "Select all"), this.exportButtons(() => ids, name)]
  }

  exportButtons(ids, name) {
    const file = `${this.images.name}-${name}`.replace(/[^\p{L}\p{N}._-]+/gu, "-")
    return [
      h("button", {type: "button", onclick: () => download(`${file}.csv`, "\ufeff" + asCsv(this.images, this.corrections, ids()), "text/csv")}, "Export CSV"),
      h("button", {type: "button", onclick: () => download(`${file}.txt`, asList(this.images, ids()))}, this.images.files ? "Export list of files" : "Export list of numbers"),
    ]
  }

  grid(ids, label, said = null) {
    const {width, height} = this.sheets[0]
    const usual = Math.round(this.side * width / Math.max(width, height))
    const wide = window.innerWidth < PHONE ? filling(this.gallery.clientWidth, usual) : usual
    const tall = Math.round(wide * height / width)
    const grid = new Grid(ids, wide, tall, (i) => this.thumb(i, Math.max(wide, tall), null), label, said)
    this.grids.push(grid)
    return grid.element
  }

  // How sure the group of an image is, in words.
  sureness(i) {
    return this.corrections.moved.has(i) ? "by hand" : percent(this.images.confidence(i))
  }

  // A picture that opens large on a click; Ctrl-click, Shift-click, Space or its box selects it.
  thumb(i, side, ids, lightbox = null) {
    const {images, corrections} = this
    const group = corrections.group[i]
    const picture = h("button", {type: "button", class: "thumb", title: images.title(i),
      "aria-label": `${images.title(i)}, ${corrections.nameOf(group)}, ${corrections.moved.has(i) ? "" : "confidence "}${this.sureness(i)}`,
      onclick: (event) => {
        if (lightbox) lightbox.follow(i, ids)
        else if (event.ctrlKey || event.metaKey || event.shiftKey) this.toggle(i, event.shiftKey)
        else this.open(i, ids ?? this.listed())
      }})
    this.sheets[0].paint(picture, i, side)
    if (lightbox) return picture
    // Space alone would open it, as Enter does
    picture.addEventListener("keydown", (event) => event.key === " " && event.preventDefault())
    picture.addEventListener("keyup", (event) => {
      if (event.key !== " ") return
      event.preventDefault()
      this.toggle(i, event.shiftKey)
    })
    const box = h("input", {type: "checkbox", class: "pick", tabIndex: -1, checked: this.selected.has(i), "aria-label": `Select ${images.title(i)}`,
      onchange: () => this.toggle(i, false)})
    box.dataset.i = i
    return h("span", {class: "pickable", "data-name": images.title(i)}, picture, box)
  }

  open(i, ids) {
    this.lightbox.open(i, ids)
  }

  // Move the focus to the picture of an image, or the nearest in `ids` that the gallery has, or
  // else to the heading.
  focusNear(i, ids) {
    const at = ids.indexOf(i)
    const listed = new Set(this.listed())
    const near = ids.map((j, k) => [Math.abs(k - at), j]).sort(([a], [b]) => a - b).map(([, j]) => j)
    for (const j of near.filter((j) => listed.has(j) || !this.grids.length)) {
      const grid = this.grids.find((each) => each.ids.includes(j))
      if (grid) return grid.focus(grid.ids.indexOf(j))
      const thumb = this.gallery.querySelector(`.pick[data-i="${j}"]`)?.previousSibling
      if (thumb) return thumb.focus()
    }
    this.title.focus()
  }

  original(i) {
    const {images} = this
    if (images.originals === null || !images.files) return null
    if (canPost()) return `/original/${encodeURIComponent(images.name)}/${i}`
    if (location.protocol !== "file:") return null
    return `${images.originals}/${images.files[i]}`.split("/").map(encodeURIComponent).join("/")
  }

  // Selecting

  select(ids, adding = false) {
    this.begin()
    if (!adding) this.selected.clear()
    ids.forEach((i) => this.selected.add(i))
    this.last = null
    if (this.selected.size) this.go({kind: "selection"})
    else this.clearSelection()
  }

  // Remember where a selection is begun.
  begin() {
    if (!this.selected.size && this.view.kind !== "selection") this.begun = this.view
  }

  toggle(i, range) {
    this.begin()
    const listed = this.listed()
    const [from, to] = [listed.indexOf(this.last), listed.indexOf(i)]
    if (range && from >= 0 && to >= 0) {
      listed.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((j) => this.selected.add(j))
    } else if (!this.selected.delete(i)) this.selected.add(i)
    this.last = i
    for (const box of this.gallery.querySelectorAll(".pick")) box.checked = this.selected.has(Number(box.dataset.i))
    if (this.view.kind === "duplicates") this.markKept()
    this.drawActions()
    this.drawViews()
    this.map.paint()
  }

  clearSelection() {
    this.selected.clear()
    if (this.view.kind === "selection") this.go(this.existing(this.begun))
    else this.show()
  }

  untag(ids, tag) {
    this.corrections.untag(ids, tag)
  }

  moveControl(ids) {
    const {corrections} = this
    return h("select", {"aria-label": "Move to a group", onchange: (event) => {
      const {value} = event.target
      if (value !== "") this.move(ids(), value === "new" ? null : Number(value))
    }}, h("option", {value: ""}, "Move to…"), h("option", {value: "new"}, "a new group"),
    corrections.groups.filter((group) => group >= 0).map((group) => h("option", {value: group}, corrections.nameOf(group))))
  }

  move(ids, group) {
    const chosen = [...ids]
    const inSelection = this.view.kind === "selection"
    this.selected.clear()
    const target = this.corrections.move(chosen, group)
    if (group === null || inSelection) this.go({kind: "group", group: target})
  }

  tagControl(ids) {
    const name = h("input", {placeholder: "Tag…", size: 8, maxLength: 200, "aria-label": "Tag these pictures",
      onkeydown: (event) => {
        if (event.key !== "Enter" || !event.target.value.trim()) return
        event.preventDefault()
        this.corrections.tag(ids(), event.target.value)
      }})
    return h("span", {class: "tagging"}, name, h("button", {type: "button", onclick: () => this.corrections.tag(ids(), name.value)}, "Tag"))
  }

  drawActions() {
    const ids = () => [...this.selected]
    this.actionBar.hidden = !this.selected.size
    if (!this.selected.size) return
    this.actionBar.replaceChildren(
      h("strong", {}, `${count(this.selected.size, "picture")} selected`), this.moveControl(ids), this.tagControl(ids),
      ...(this.view.kind === "selection" ? [] : [h("button", {type: "button", onclick: () => this.go({kind: "selection"})}, "Show")]),
      ...this.exportButtons(ids, "selection"),
      h("button", {type: "button", onclick: () => this.clearSelection()}, "Clear"))
  }

  drawViews() {
    const {images, corrections, view} = this
    const tab = (text, to) => h("button", {type: "button", "aria-current": JSON.stringify(to) === JSON.stringify(view) ? "true" : undefined,
      onclick: () => this.go(to)}, text)
    this.counts ??= counted(images)
    const {sets, flagged} = this.counts
    this.viewBar.replaceChildren(...[
      tab("Groups", {kind: "groups"}), images.levels ? tab("Few or many", {kind: "levels"}) : null,
      tab("All images", {kind: "all"}), tab("Outliers", {kind: "outliers"}),
      tab(`Near duplicates (${sets.toLocaleString("en")})`, {kind: "duplicates"}),
      tab(`Quality (${flagged.toLocaleString("en")})`, {kind: "quality"}),
      this.selected.size ? tab(`Selection (${this.selected.size.toLocaleString("en")})`, {kind: "selection"}) : null,
      ...[...corrections.tags].map(([tag, ids]) => tab(`${tag} (${ids.size.toLocaleString("en")})`, {kind: "tag", tag})),
      h("button", {type: "button", class: "to-map", onclick: () => this.map.element.scrollIntoView({block: "center"})}, "↓ Map"),
    ].filter(Boolean))
  }

  // Filtering

  setFilter(changes) {
    Object.assign(this.filter, changes)
    this.drawFilters()
    this.show()
  }

  drawFilters() {
    const {corrections, filter, images} = this
    const set = (key) => (event) => {
      this.filter[key] = event.target.value
      this.show()
      this.reset.hidden = !isActive(this.filter)
    }
    const option = (value, text, chosen) => h("option", {value, selected: String(value) === String(chosen)}, text)
    const column = images.columns.find(({name}) => name === filter.column)
    const value = !column ? [] : column.kind === "number"
      ? [h("input", {type: "number", step: "any", placeholder: "from", value: filter.from, "aria-label": `${column.name} from`, oninput: set("from")}),
        h("input", {type: "number", step: "any", placeholder: "to", value: filter.to, "aria-label": `${column.name} to`, oninput: set("to")})]
      : column.kind === "category"
        ? [h("select", {"aria-label": `Value of ${column.name}`, onchange: set("value")}, option("", "any", filter.value), option("\0", "not known", filter.value), column.values.map((text) => option(text, text, filter.value)))]
        : [h("input", {type: "search", placeholder: "holds…", value: filter.value, "aria-label": `${column.name} holds`, oninput: set("value")})]
    this.reset = h("button", {type: "button", hidden: !isActive(filter), onclick: () => this.setFilter(noFilter())}, "Clear the filter")
    const sure = (key, text) => h("label", {}, text, h("input", {type: "number", min: 0, max: 100, step: 5, value: Math.round(filter[key] * 100),
      "aria-label": `Confidence ${text}in percent`, onchange: (event) => {
        this.filter[key] = Math.min(100, Math.max(0, Number(event.target.value))) / 100
        this.show()
        this.reset.hidden = !isActive(this.filter)
      }}))
    this.filterBar.replaceChildren(...[
      h("input", {type: "search", value: filter.text, placeholder: images.files ? "Search file names" : "Search by number", "aria-label": "Search", oninput: set("text")}),
      h("select", {"aria-label": "Group", onchange: set("group")}, option("", "all groups", filter.group), corrections.groups.map((group) => option(group, corrections.nameOf(group), filter.group))),
      h("span", {class: "range"}, sure("least", "sure from "), sure("most", " to "), " %"),
      images.columns.length ? h("select", {"aria-label": "Column", onchange: (event) => this.setFilter({column: event.target.value, value: "", from: "", to: ""})},
        option("", "more filters", filter.column), images.columns.map(({name}) => option(name, name, filter.column))) : null,
      ...value, this.reset,
    ].filter(Boolean))
  }

  // Saving

  drawSave() {
    const {corrections} = this
    const {unsaved, past} = corrections
    this.saveBar.hidden = !unsaved && !past.length && !this.said
    this.saveBar.replaceChildren(...[
      h("span", {}, this.said ?? (unsaved ? "Corrections not saved yet." : "All corrections are saved.")),
      past.length ? h("button", {type: "button", onclick: () => corrections.undo()}, "Undo") : null,
      unsaved ? h("button", {type: "button", class: "primary", onclick: () => this.save()}, "Save corrections") : null,
    ].filter(Boolean))
    this.said = null
  }

  async save() {
    const {corrections, images} = this
    const text = corrections.text()
    if (canPost()) {
      const error = await post(images.name, text)
      this.said = error ? `Not saved: ${error}` : `Saved as results/${images.name}/corrections.json. The next run applies it.`
      if (!error) return corrections.markSaved()
    } else {
      download("corrections.json", text, "application/json")
      this.said = `Put corrections.json into results/${images.name}/; the next run applies it: run the same command again, such as make run. With make show, the page saves it there by itself.`
      return corrections.markSaved()
    }
    this.drawSave()
  }
}

// What the buttons of the galleries count; of flags only those that are rare.
function counted(images) {
  const flags = flagCounts(images)
  const rare = flags.reduce((bits, {bit, common}) => (common ? bits : bits | bit), 0)
  const flagged = images.arrays.quality.reduce((sum, bits) => sum + (bits & rare ? 1 : 0), 0)
  return {sets: images.sets.size, flags, rare, flagged}
}

// The most frequent of some values, and how often it is there.
function most(values) {
  const counts = new Map()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [undefined, 0])
}
