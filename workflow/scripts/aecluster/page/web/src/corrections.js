// What a person corrects of the groups; saved as results/{dataset}/corrections.json, which
// aecluster/groups/corrections.py reads.

const STEPS = 50 // of the past that a browser keeps, at most
const LONGEST = 200000 // and their characters: a browser keeps some millions for all pages

export class Corrections extends EventTarget {
  // `images` has group (numbers), n and fingerprint; `saved` is what the page was made with, and
  // `draft` what a browser kept.
  constructor(images, saved = {}, draft = null) {
    super()
    this.images = images
    this.past = []
    this.load(saved)
    this.madeWith = this.savedText = this.text()
    if (draft) this.resume(draft)
  }

  // For a browser to keep until the page is made anew; null where there is nothing to keep.
  draft() {
    const {madeWith, past, savedText} = this
    if (!past.length && savedText === madeWith && !this.unsaved) return null
    let length = 0
    const from = past.findLastIndex((step, k) => past.length - k > STEPS || (length += step.length) > LONGEST)
    return {...this.content(), past: past.slice(from + 1), savedText, madeWith}
  }

  resume({past = [], savedText, madeWith, ...content}) {
    const same = madeWith === this.madeWith
    const before = this.content()
    this.load(content)
    if (!same && this.text() === savedText) return this.load(before) // what was saved is in the page, or something newer
    this.past = past
    if (same) this.savedText = savedText
  }

  load({names = {}, merged = {}, moved = {}, tags = {}}) {
    const numbers = (object) => new Map(Object.entries(object).map(([k, v]) => [Number(k), v]))
    this.names = numbers(names)
    this.merged = numbers(merged)
    this.moved = numbers(moved)
    this.tags = new Map(Object.entries(tags).map(([tag, ids]) => [tag, new Set(ids)]))
    this.regroup()
  }

  // Equal corrections give equal text.
  content() {
    const sorted = (map) => Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)))
    const tags = [...this.tags].map(([tag, ids]) => [tag, [...ids].sort((a, b) => a - b)])
    return {
      groups: this.images.fingerprint, n_images: this.images.n, names: sorted(this.names),
      merged: sorted(this.merged), moved: sorted(this.moved), tags: sorted(new Map(tags)),
    }
  }

  text() {
    return JSON.stringify(this.content(), null, 1) + "\n"
  }

  get unsaved() {
    return this.text() !== this.savedText
  }

  markSaved() {
    this.savedText = this.text()
    this.tell()
  }

  end(group) {
    const seen = new Set()
    while (this.merged.has(group) && !seen.has(group)) {
      seen.add(group)
      group = this.merged.get(group)
    }
    return group
  }

  regroup() {
    const own = this.images.arrays.group
    this.group = Int32Array.from(own, (group, i) => this.end(this.moved.get(i) ?? group))
    this.members = new Map()
    this.group.forEach((group, i) => {
      if (!this.members.has(group)) this.members.set(group, [])
      this.members.get(group).push(i)
    })
  }

  // The numbers of all groups that have images, none (-1) last.
  get groups() {
    return [...this.members.keys()].sort((a, b) => (a < 0) - (b < 0) || a - b)
  }

  nameOf(group) {
    if (group < 0) return "no group"
    return this.names.get(group) || `group ${group}`
  }

  change(action) {
    this.past.push(JSON.stringify(this.content()))
    action()
    this.regroup()
    this.tell()
  }

  tell() {
    this.dispatchEvent(new Event("change"))
  }

  undo() {
    if (!this.past.length) return
    this.load(JSON.parse(this.past.pop()))
    this.tell()
  }

  rename(group, name) {
    const plain = name.trim().slice(0, 200)
    if (plain === (this.names.get(group) ?? "")) return
    this.change(() => (plain ? this.names.set(group, plain) : this.names.delete(group)))
  }

  merge(group, into) {
    if (this.end(group) === this.end(into)) return
    this.change(() => this.merged.set(this.end(group), this.end(into)))
  }

  // Move images to a group, which may be a new one; return its number.
  move(ids, group) {
    const target = group ?? this.nextGroup()
    this.change(() => {
      for (const i of ids) {
        if (this.images.arrays.group[i] === target && this.end(target) === target) this.moved.delete(i)
        else this.moved.set(i, target)
      }
    })
    return target
  }

  nextGroup() {
    const known = [...this.images.arrays.group, ...this.moved.values(), ...this.names.keys()]
    return 1 + known.reduce((most, group) => Math.max(most, group), -1)
  }

  tag(ids, name) {
    const plain = name.trim().slice(0, 200)
    if (!plain) return
    this.change(() => this.tags.set(plain, new Set([...(this.tags.get(plain) ?? []), ...ids])))
  }

  untag(ids, name) {
    this.change(() => {
      const left = new Set([...(this.tags.get(name) ?? [])].filter((i) => !ids.includes(i)))
      if (left.size) this.tags.set(name, left)
      else this.tags.delete(name)
    })
  }

  tagsOf(i) {
    return [...this.tags].filter(([, ids]) => ids.has(i)).map(([tag]) => tag)
  }
}
