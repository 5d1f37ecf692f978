// Points of a plane and how they come to the screen: screen = point * k + (x, y).
import {polygonContains} from "d3-polygon"

// The transform that shows all points of a plane in a window, and half a picture beside them.
export function fitted(width, height, plane, margin = 24) {
  const [left, right] = span(plane.x)
  const [top, bottom] = span(plane.y)
  const room = (side) => Math.max(1, side - 2 * margin)
  const k = Math.min(room(width) / (right - left || 65535), room(height) / (bottom - top || 65535))
  return {k, x: (width - (left + right) * k) / 2, y: (height - (top + bottom) * k) / 2}
}

function span(values) {
  let [low, high] = [65535, 0]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return [low, high]
}

// The whole transform: that of the zoom after that of the fit.
export function combined(fit, zoom) {
  return {k: fit.k * zoom.k, x: fit.x * zoom.k + zoom.x, y: fit.y * zoom.k + zoom.y}
}

export function toScreen({k, x, y}, px, py) {
  return [px * k + x, py * k + y]
}

export function toPlane({k, x, y}, sx, sy) {
  return [(sx - x) / k, (sy - y) / k]
}

// The points inside a polygon of the screen, of those that may be chosen.
export function inside(polygon, plane, transform, mask) {
  const corners = polygon.map(([x, y]) => toPlane(transform, x, y))
  const xs = corners.map(([x]) => x)
  const ys = corners.map(([, y]) => y)
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  const found = []
  for (let i = 0; i < plane.x.length; i++) {
    const [x, y] = [plane.x[i], plane.y[i]]
    if (mask && !mask[i]) continue
    if (x < left || x > right || y < top || y > bottom) continue
    if (polygonContains(corners, [x, y])) found.push(i)
  }
  return found
}

export function box([x0, y0], [x1, y1]) {
  return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]
}

// The points inside a window of the screen, at most `most`; null if there are more.
export function inWindow(plane, transform, width, height, most) {
  const [left, top] = toPlane(transform, 0, 0)
  const [right, bottom] = toPlane(transform, width, height)
  const found = []
  for (let i = 0; i < plane.x.length; i++) {
    const [x, y] = [plane.x[i], plane.y[i]]
    if (x >= left && x <= right && y >= top && y <= bottom) {
      found.push(i)
      if (found.length > most) return null
    }
  }
  return found
}

// The middle of some points: the median of x and that of y.
export function middle(ids, plane) {
  const median = (values) => Float64Array.from(ids, (i) => values[i]).sort()[ids.length >> 1]
  return [median(plane.x), median(plane.y)]
}

// Of rectangles (left, top, right, bottom) those that no earlier one overlaps.
export function apart(boxes) {
  const kept = []
  for (const one of boxes) {
    if (kept.every((other) => one.left > other.right || one.right < other.left || one.top > other.bottom || one.bottom < other.top)) kept.push(one)
  }
  return kept
}

// Of points near each other on the screen the first, so that pictures do not hide each other.
export function thinned(ids, plane, transform, distance) {
  const taken = new Set()
  return ids.filter((i) => {
    const [x, y] = toScreen(transform, plane.x[i], plane.y[i])
    const key = `${Math.floor(x / distance)},${Math.floor(y / distance)}`
    if (taken.has(key)) return false
    taken.add(key)
    return true
  })
}
