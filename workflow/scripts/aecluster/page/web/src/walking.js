// Pictures are one stop of the Tab key: arrow keys go from one to the next.

const ACROSS = {ArrowRight: 1, ArrowLeft: -1}
const DOWN = {ArrowDown: 1, ArrowUp: -1}

// Where an arrow key leads to from the k-th of n pictures in rows of `columns`; k if there is none.
export function stepped(key, k, n, columns) {
  const next = k + (ACROSS[key] ?? (DOWN[key] ?? 0) * columns)
  return next >= 0 && next < n ? next : k
}

// Make the pictures in an element, which are all there, one stop.
export function walkable(element) {
  const pictures = [...element.querySelectorAll(".thumb")]
  pictures.forEach((picture, k) => { picture.tabIndex = k ? -1 : 0 })
  element.addEventListener("focusin", ({target}) => {
    if (pictures.includes(target)) pictures.forEach((picture) => { picture.tabIndex = picture === target ? 0 : -1 })
  })
  element.addEventListener("keydown", (event) => {
    const from = pictures.indexOf(event.target)
    if (from < 0 || !(event.key in ACROSS || event.key in DOWN)) return
    event.preventDefault()
    const to = event.key in ACROSS ? pictures[from + ACROSS[event.key]] : nearestRow(pictures, from, DOWN[event.key])
    to?.focus()
  })
  return element
}

// The picture above or below that is nearest: rows may be of different lengths.
function nearestRow(pictures, from, step) {
  const places = pictures.map((picture) => picture.getBoundingClientRect())
  let [best, least] = [undefined, Infinity]
  for (let k = from + step; k >= 0 && k < pictures.length; k += step) {
    const down = Math.abs(places[k].top - places[from].top)
    if (down < 1 || down > least + 1) continue
    const distance = down + Math.abs(places[k].left - places[from].left) / 1e4
    if (distance < least) [best, least] = [pictures[k], distance]
  }
  return best
}
