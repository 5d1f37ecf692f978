// One colour for one group, that of the figures (figures/style.py, figures/points.py).

export const PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#9E0142",
  "#B5CF6B", "#4B0055", "#543005"]
export const GREY = "#8A8A8A"
// As the figures have them: o, x, ^, +.
export const SYMBOLS = ["●", "✖", "▲", "✚"]

const DARKEST = 0.16 // luminance below which a colour is lost on a dark page

export function isDark() {
  const {theme} = document.documentElement.dataset
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches
}

export function rgb(hex) {
  return [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16))
}

function luminance([r, g, b]) {
  const linear = (v) => (v / 255) ** 2.2
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

// A colour as a dark page shows it: mixed with white until it can be seen.
export function lightened(hex) {
  let colour = rgb(hex)
  while (luminance(colour) < DARKEST) colour = colour.map((v) => v + (255 - v) * 0.1)
  return `#${colour.map((v) => Math.round(v).toString(16).padStart(2, "0")).join("")}`
}

export function colourOf(group, dark = isDark()) {
  const hex = group < 0 ? GREY : PALETTE[group % PALETTE.length]
  return dark ? lightened(hex) : hex
}

export function shapeOf(group) {
  return group < 0 ? 0 : Math.floor(group / PALETTE.length) % SYMBOLS.length
}

export function symbolOf(group) {
  return SYMBOLS[shapeOf(group)]
}

// A number from 0 to 1 as a colour, from blue over grey to orange.
export function shade(value) {
  const ends = [rgb("#2166AC"), rgb("#B8B8B8"), rgb("#D55E00")]
  const t = Math.min(Math.max(value, 0), 1) * 2
  const [a, b] = t < 1 ? [ends[0], ends[1]] : [ends[1], ends[2]]
  return a.map((v, k) => Math.round(v + (b[k] - v) * (t < 1 ? t : t - 1)))
}
