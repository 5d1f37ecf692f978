// Which images are shown: those that fit all that is asked for.

const COMMON_SHARE = 0.05 // of all images
const COMMON_LEAST = 20 // fewer are looked through at once

export function noFilter() {
  return {text: "", group: "", least: 0, most: 1, column: "", value: "", from: "", to: ""}
}

export function isActive(filter) {
  const none = noFilter()
  return Object.keys(none).some((key) => key !== "column" && filter[key] !== none[key])
}

// Return a Uint8Array with 1 for each image that fits.
export function fitting(images, corrections, filter) {
  const mask = new Uint8Array(images.n).fill(1)
  const keep = (fits) => {
    for (let i = 0; i < mask.length; i++) if (mask[i] && !fits(i)) mask[i] = 0
  }
  const text = filter.text.trim().toLocaleLowerCase()
  if (text) {
    const words = text.split(/\s+/)
    const number = /^#?\d+$/.test(text) ? Number(text.replace("#", "")) : -1
    const tags = [...corrections.tags].filter(([tag]) => tag.toLocaleLowerCase().includes(text))
    keep((i) => {
      const file = images.file(i).toLocaleLowerCase()
      return i === number || (file && words.every((word) => file.includes(word))) ||
        tags.some(([, ids]) => ids.has(i))
    })
  }
  if (filter.group !== "") keep((i) => corrections.group[i] === Number(filter.group))
  const [least, most] = [filter.least, filter.most].sort((a, b) => a - b)
  if (least > 0 || most < 1) {
    // a confidence is shown in whole percent
    keep((i) => {
      const shown = Math.round(images.confidence(i) * 100) / 100
      return shown >= least && shown <= most
    })
  }
  const column = images.columns.find(({name}) => name === filter.column)
  if (column?.kind === "number") {
    const values = images.arrays[column.array]
    const from = filter.from === "" ? -Infinity : Number(filter.from)
    const to = filter.to === "" ? Infinity : Number(filter.to)
    if (filter.from !== "" || filter.to !== "") keep((i) => values[i] >= from && values[i] <= to)
  } else if (column && filter.value !== "") {
    if (column.kind === "category") {
      const code = filter.value === "\0" ? -1 : column.values.indexOf(filter.value)
      keep((i) => images.arrays[column.array][i] === code)
    } else {
      const part = filter.value.toLocaleLowerCase()
      keep((i) => (column.values[i] ?? "").toLocaleLowerCase().includes(part))
    }
  }
  return mask
}

export const ORDERS = {
  confidence: {title: "surest first", by: (images) => (i) => -images.arrays.confidence[i]},
  doubt: {title: "most doubtful first", by: (images) => (i) => images.arrays.confidence[i]},
  typical: {title: "most typical first", by: (images) => (i) => -images.arrays.typicality[i]},
  outlier: {title: "farthest from all first", by: (images) => (i) => -images.arrays.outlier[i]},
  file: {title: "by file name", by: (images) => (images.files ? (i) => images.files[i] : (i) => i)},
}

// Return images in an order; those that are equal stay as they are.
export function sorted(images, ids, order) {
  const key = ORDERS[order].by(images)
  if (typeof key(0) !== "string") return [...ids].sort((a, b) => key(a) - key(b))
  const {compare} = new Intl.Collator(undefined, {numeric: true})
  return [...ids].sort((a, b) => compare(key(a), key(b)))
}

// Split images that are sorted by confidence into sure ones, doubtful ones, of which less than half
// the votes agree, and those that a person put there.
export function splitByDoubt(images, ids, moved) {
  const voted = ids.filter((i) => !moved.has(i))
  return [voted.filter((i) => images.confidence(i) >= 0.5), voted.filter((i) => images.confidence(i) < 0.5),
    ids.filter((i) => moved.has(i))]
}

// The image of a set of duplicates that is worth keeping: that with most pixels, the first of these;
// where no size is known the most typical.
export function bestOf(images, set) {
  if (!set.some((i) => images.pixels(i))) return sorted(images, set, "typical")[0]
  return set.reduce((best, i) => (images.pixels(i) > images.pixels(best) ? i : best))
}

// Images without those of a set of duplicates that has been there before.
export function withoutCopies(images, ids) {
  const seen = new Set()
  return ids.filter((i) => {
    const set = images.arrays.duplicates[i]
    if (set >= 0 && seen.has(set)) return false
    seen.add(set)
    return true
  })
}

// The value above which a box plot draws a point of its own: Q3 + 1.5 IQR.
export function fence(values) {
  const ordered = [...values].sort((a, b) => a - b)
  const quartile = (part) => {
    const at = (ordered.length - 1) * part
    const low = Math.floor(at)
    return ordered[low] + (ordered[Math.ceil(at)] - ordered[low]) * (at - low)
  }
  return quartile(0.75) + 1.5 * (quartile(0.75) - quartile(0.25))
}

// How many images have each flag, the rarest first, without those that none has. `common`: so many
// have it that it says little about a single one.
export function flagCounts(images) {
  const {quality} = images.arrays
  const most = Math.max(COMMON_LEAST, images.n * COMMON_SHARE)
  return images.flags.map((flag, k) => {
    const n = quality.reduce((sum, bits) => sum + ((bits >> k) & 1), 0)
    return {name: flag.replaceAll("_", " "), bit: 1 << k, n, common: n > most}
  }).filter(({n}) => n).sort((a, b) => a.n - b.n)
}
