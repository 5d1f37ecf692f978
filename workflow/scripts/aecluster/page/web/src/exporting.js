// Images as a table or a list of files to take away.

const FORMULA = /^[=+\-@\t\r\n]/

function cell(value) {
  const text = String(value ?? "")
  const safe = typeof value === "string" && FORMULA.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function asCsv(images, corrections, ids) {
  const {columns} = images
  const head = ["id", "file", "group", "confidence", "corrected", "name", "tags"]
  const rows = ids.map((i) => [
    i, images.file(i), images.arrays.group[i], images.confidence(i).toFixed(4),
    corrections.group[i], corrections.names.get(corrections.group[i]) ?? "",
    corrections.tagsOf(i).join("; "), ...columns.map((column) => images.text(column, i)),
  ])
  return [[...head, ...columns.map(({name}) => name)], ...rows]
    .map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n"
}

export function asList(images, ids) {
  return ids.map((i) => images.file(i) || String(i)).join("\n") + "\n"
}

export function download(name, text, type = "text/plain") {
  const url = URL.createObjectURL(new Blob([text], {type: `${type};charset=utf-8`}))
  const link = document.createElement("a")
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
