// Tables sort by a click on a column's name, and copy as text for a spreadsheet.
import {h} from "./dom.js"

// What a cell is sorted by: its first number, or else its text.
export function sortKey(text) {
  const plain = text.trim().replaceAll(",", "").replace("−", "-")
  const found = plain.match(/^-?\d+(\.\d+)?/)
  return found ? Number(found[0]) : plain
}

export function compare(a, b) {
  if (typeof a === typeof b) return typeof a === "number" ? a - b : a.localeCompare(b)
  return typeof a === "number" ? -1 : 1 // numbers before text such as "–"
}

export function asText(rows) {
  return rows.map((row) => row.map((cell) => cell.replace(/\s+/g, " ").trim()).join("\t")).join("\n")
}

export function enrich(table) {
  const body = table.tBodies[0]
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])]
  if (!body || body.rows.length < 2 || !heads.length) return
  heads.forEach((head, k) => {
    if (!head.innerText.trim()) return // names of rows
    const button = h("button", {type: "button", class: "sort"}, ...head.childNodes)
    head.replaceChildren(button)
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending"
      heads.forEach((other) => other.removeAttribute("aria-sort"))
      head.setAttribute("aria-sort", down ? "descending" : "ascending")
      const rows = [...body.rows].map((row) => [sortKey(row.cells[k]?.innerText ?? ""), row])
      rows.sort(([a], [b]) => (down ? compare(b, a) : compare(a, b)))
      body.append(...rows.map(([, row]) => row))
    })
  })
  const copy = h("button", {type: "button", class: "copy", onclick: async () => {
    const text = asText([...table.rows].map((row) => [...row.cells].map((cell) => cell.innerText)))
    copy.textContent = (await copied(text)) ? "Copied" : "Not allowed"
    setTimeout(() => { copy.textContent = "Copy" }, 1500)
  }}, "Copy")
  ;(table.closest(".scroll") ?? table).after(copy)
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = h("textarea", {value: text, class: "offscreen"})
    document.body.append(area)
    area.select()
    const done = document.execCommand("copy")
    area.remove()
    return done
  }
}
