// What the page knows of the images of a data set, unpacked from what page/packing.py packed.

const TYPES = {Uint8: Uint8Array, Uint16: Uint16Array, Int16: Int16Array, Int32: Int32Array,
  Uint32: Uint32Array, Float32: Float32Array}

export function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64)
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

export async function unpack(base64) {
  const stream = new Blob([bytesOf(base64)]).stream().pipeThrough(new DecompressionStream("gzip"))
  return parse(await new Response(stream).arrayBuffer())
}

export function parse(buffer) {
  const length = new DataView(buffer).getUint32(0, true)
  const content = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)))
  const arrays = {}
  for (const [name, [type, start, size]] of Object.entries(content.arrays)) {
    arrays[name] = new TYPES[type](buffer, 4 + length + start, size)
  }
  return new Images({...content, arrays})
}

// The images, by their numbers 0 to n - 1.
export class Images {
  constructor(content) {
    Object.assign(this, content)
    const {neighbors} = this.arrays
    this.nNeighbors = this.n ? neighbors.length / this.n : 0
  }

  file(i) {
    return this.files?.[i] ?? ""
  }

  // What an image is called in a sentence.
  title(i) {
    return this.file(i) || `image ${i}`
  }

  shortTitle(i) {
    return this.title(i).split("/").at(-1)
  }

  confidence(i) {
    return this.arrays.confidence[i] / 65535
  }

  neighbors(i) {
    const row = this.arrays.neighbors.subarray(i * this.nNeighbors, (i + 1) * this.nNeighbors)
    return Array.from(row).filter((j) => j >= 0)
  }

  // Width times height of its file, 0 if that is not known.
  pixels(i) {
    const {width, height} = this.arrays
    return width && width[i] > 0 ? width[i] * height[i] : 0
  }

  size(i) {
    return this.pixels(i) ? `${this.arrays.width[i]} × ${this.arrays.height[i]}` : ""
  }

  flagsOf(i) {
    return this.flags.filter((_, k) => this.arrays.quality[i] & (1 << k))
  }

  // The group of each image where the tree of the images is cut into k groups.
  cut(k) {
    const {parents} = this.levels
    const at = parents.map((_, part) => {
      while (part >= k) part = parents[part]
      return part
    })
    return Int32Array.from(this.arrays.parts, (part) => at[part])
  }

  // The other images of its set of duplicates.
  duplicates(i) {
    const set = this.arrays.duplicates[i]
    return set < 0 ? [] : this.sets.get(set).filter((j) => j !== i)
  }

  get sets() {
    this._sets ??= groupedBy(this.arrays.duplicates)
    return this._sets
  }

  // The value of a column as text, "" if it is not known.
  text(column, i) {
    if (column.kind === "text") return column.values[i] ?? ""
    const value = this.arrays[column.array][i]
    if (column.kind === "number") return Number.isNaN(value) ? "" : String(Number(value.toPrecision(6)))
    return value < 0 ? "" : column.values[value]
  }

  // x and y of the images on a plane, 0 to 65535.
  plane(k) {
    const both = this.arrays[`plane${k}`]
    return {x: both.subarray(0, this.n), y: both.subarray(this.n)}
  }
}

// The indices of equal numbers, those below 0 aside.
export function groupedBy(numbers) {
  const found = new Map()
  for (let i = 0; i < numbers.length; i++) {
    if (numbers[i] < 0) continue
    if (!found.has(numbers[i])) found.set(numbers[i], [])
    found.get(numbers[i]).push(i)
  }
  return found
}
