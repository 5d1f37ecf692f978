import assert from "node:assert/strict"
import {test} from "node:test"
import {lightened, colourOf, shapeOf} from "../src/colours.js"
import {Corrections} from "../src/corrections.js"
import {Images, parse} from "../src/data.js"
import {asCsv, asList} from "../src/exporting.js"
import {bestOf, fence, fitting, flagCounts, isActive, noFilter, sorted, splitByDoubt, withoutCopies} from "../src/filters.js"
import {apart, box, combined, fitted, inside, inWindow, middle, thinned, toPlane, toScreen} from "../src/geometry.js"
import {columnsOf, filling, rowsInSight} from "../src/grid.js"
import {Sheets} from "../src/sheets.js"
import {asText, compare, sortKey} from "../src/tables.js"
import {stepped} from "../src/walking.js"

function some() {
  return new Images({
    name: "pets", n: 5, fingerprint: "f", files: ["a/Cat 1.jpg", "a/cat2.jpg", "b/=dog.jpg", "b/山.jpg", "b/x,y.jpg"],
    flags: ["dark", "bright"],
    columns: [
      {name: "folder", kind: "category", array: "column0", values: ["a", "b"]},
      {name: "price", kind: "number", array: "column1"},
      {name: "note", kind: "text", values: ["one", null, "Two", "", "x"]},
    ],
    arrays: {
      group: Int32Array.of(0, 0, 1, 1, -1), confidence: Uint16Array.of(65535, 20000, 50000, 32768, 0),
      typicality: Uint16Array.of(1, 2, 3, 4, 5), outlier: Uint16Array.of(5, 4, 3, 2, 1),
      duplicates: Int32Array.of(0, -1, 0, -1, 0), quality: Uint8Array.of(0, 3, 0, 2, 0),
      neighbors: Int32Array.of(1, 2, 0, -1, 0, 1, 4, -1, 3, -1),
      column0: Int16Array.of(0, 0, 1, 1, -1), column1: Float32Array.of(1, 2.5, NaN, -3, 10),
    },
  })
}

test("packed bytes come back", () => {
  const text = JSON.stringify({name: "x", n: 2, arrays: {group: ["Int32", 0, 2], neighbors: ["Int32", 8, 2], plane0: ["Uint16", 16, 4]}})
  const json = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 4) * 4))
  const buffer = new ArrayBuffer(4 + json.length + 24)
  new DataView(buffer).setUint32(0, json.length, true)
  new Uint8Array(buffer).set(json, 4)
  new Int32Array(buffer, 4 + json.length, 4).set([7, -1, 1, 0])
  new Uint16Array(buffer, 20 + json.length, 4).set([1, 2, 3, 4])
  const images = parse(buffer)
  assert.deepEqual([...images.arrays.group], [7, -1])
  assert.deepEqual([...images.plane(0).y], [3, 4])
  assert.deepEqual(images.neighbors(1), [0])
})

test("an image knows its neighbours, duplicates, flags and columns", () => {
  const images = some()
  assert.deepEqual(images.neighbors(1), [0])
  assert.deepEqual(images.duplicates(0), [2, 4])
  assert.deepEqual(images.duplicates(1), [])
  assert.deepEqual(images.flagsOf(1), ["dark", "bright"])
  assert.deepEqual(images.columns.map((column) => images.text(column, 2)), ["b", "", "Two"])
  assert.equal(images.text(images.columns[1], 1), "2.5")
})

test("a tree is cut into few or many parts", () => {
  const images = new Images({n: 5, levels: {numbers: [2, 3, 5], parents: [0, 0, 1, 0, 3]},
    arrays: {neighbors: new Int32Array(0), parts: Uint8Array.of(0, 1, 2, 3, 4)}})
  assert.deepEqual([...images.cut(2)], [0, 1, 1, 0, 0])
  assert.deepEqual([...images.cut(3)], [0, 1, 2, 0, 0])
  assert.deepEqual([...images.cut(5)], [0, 1, 2, 3, 4])
})

test("corrections move, merge, name and undo, and equal ones are equal text", () => {
  const corrections = new Corrections(some())
  assert.equal(corrections.unsaved, false)
  const target = corrections.move([1], null)
  assert.equal(target, 2)
  corrections.rename(2, "  odd ")
  corrections.merge(1, 0)
  assert.deepEqual([...corrections.group], [0, 2, 0, 0, -1])
  assert.deepEqual(corrections.groups, [0, 2, -1])
  assert.equal(corrections.nameOf(2), "odd")
  assert.equal(corrections.unsaved, true)
  const again = new Corrections(some(), corrections.content())
  assert.equal(again.text(), corrections.text())
  corrections.undo()
  assert.deepEqual([...corrections.group], [0, 2, 1, 1, -1])
  corrections.undo()
  corrections.undo()
  assert.equal(corrections.unsaved, false)
  corrections.merge(0, 1)
  corrections.merge(1, 0)
  assert.equal(corrections.past.length, 1, "what is one group already is not merged again")
})

test("a draft holds what is not saved, what was saved since the page was made, and the last steps", () => {
  const corrections = new Corrections(some())
  assert.equal(corrections.draft(), null)
  corrections.rename(0, "cats")
  corrections.markSaved()
  corrections.rename(1, "dogs")
  const kept = JSON.parse(JSON.stringify(corrections.draft()))
  const again = new Corrections(some(), {}, kept)
  assert.deepEqual([again.nameOf(0), again.nameOf(1), again.unsaved], ["cats", "dogs", true])
  again.undo()
  assert.deepEqual([again.nameOf(0), again.nameOf(1), again.unsaved], ["cats", "group 1", false])
  const saved = again.draft()
  assert.equal(new Corrections(some(), {}, saved).nameOf(0), "cats", "the page was not made anew yet")
  again.undo()
  assert.equal(new Corrections(some(), {}, again.draft()).unsaved, true, "what is undone is saved still")
  const newer = new Corrections(some(), {names: {0: "kittens"}}, saved)
  assert.deepEqual([newer.nameOf(0), newer.past, newer.unsaved], ["kittens", [], false], "something newer was saved elsewhere")
  assert.equal(new Corrections(some(), {names: {0: "cats"}}, kept).nameOf(1), "dogs", "not saved before the page was made anew")
  for (let k = 0; k < 60; k++) corrections.rename(0, `cats ${k}`)
  assert.equal(corrections.draft().past.length, 50)
  for (let k = 0; k < 60; k++) corrections.tag([0], String(k).padStart(200, "x"))
  const {past} = corrections.draft()
  assert.ok(past.length > 1 && past.length < 50 && past.join("").length <= 200000)
  assert.equal(past.at(-1), corrections.past.at(-1))
})

test("an image moved back to where it was found is not corrected", () => {
  const corrections = new Corrections(some())
  corrections.move([0], 1)
  corrections.move([0], 0)
  assert.equal(corrections.moved.size, 0)
})

test("an image moved out of a merged group stays where it was moved", () => {
  const corrections = new Corrections(some())
  corrections.merge(1, 0)
  corrections.move([2], 5)
  assert.deepEqual([...corrections.group], [0, 0, 5, 0, -1])
})

test("tags gather and let go", () => {
  const corrections = new Corrections(some())
  corrections.tag([1, 2], "print")
  corrections.tag([3], "print")
  corrections.tag([3], " ")
  assert.deepEqual(corrections.content().tags, {print: [1, 2, 3]})
  corrections.untag([1, 2, 3], "print")
  assert.deepEqual(corrections.content().tags, {})
})

test("filters go together", () => {
  const images = some()
  const corrections = new Corrections(images)
  const ids = (filter) => [...fitting(images, corrections, {...noFilter(), ...filter})].flatMap((fits, i) => (fits ? [i] : []))
  assert.equal(isActive(noFilter()), false)
  assert.deepEqual(ids({}), [0, 1, 2, 3, 4])
  assert.deepEqual(ids({text: "cat"}), [0, 1])
  assert.deepEqual(ids({text: "1 CAT"}), [0])
  assert.deepEqual(ids({text: "#3"}), [3])
  assert.deepEqual(ids({text: "山"}), [3])
  assert.deepEqual(ids({group: "1"}), [2, 3])
  assert.deepEqual(ids({group: "-1"}), [4])
  assert.deepEqual(ids({least: 0.5}), [0, 2, 3])
  assert.deepEqual(ids({most: 0.31}), [1, 4])
  assert.deepEqual(ids({column: "folder", value: "b"}), [2, 3])
  assert.deepEqual(ids({column: "folder", value: "\0"}), [4])
  assert.deepEqual(ids({column: "price", from: "2"}), [1, 4])
  assert.deepEqual(ids({column: "price", from: "-5", to: "1"}), [0, 3])
  assert.deepEqual(ids({column: "note", value: "tw"}), [2])
  assert.deepEqual(ids({column: "folder", value: "a", least: 0.9}), [0])
  corrections.tag([4], "best of")
  assert.deepEqual(ids({text: "best of"}), [4])
})

test("orders and doubt", () => {
  const images = some()
  assert.deepEqual(sorted(images, [0, 1, 2, 3], "confidence"), [0, 2, 3, 1])
  assert.deepEqual(sorted(images, [0, 1, 2], "outlier"), [0, 1, 2])
  assert.deepEqual(sorted(images, [0, 1, 2], "typical"), [2, 1, 0])
  assert.deepEqual(splitByDoubt(images, [0, 2, 3, 1], new Map([[2, 0]])), [[0, 3], [1], [2]])
})

test("of a set of duplicates the one with most pixels is kept, then the first", () => {
  const images = some()
  assert.equal(bestOf(images, [0, 2, 4]), 4, "the most typical where no size is known")
  Object.assign(images.arrays, {width: Int32Array.of(10, 1, 40, 1, 20), height: Int32Array.of(10, 1, 10, 1, 20)})
  assert.equal(bestOf(images, [0, 2, 4]), 2)
  images.arrays.width[2] = -1
  assert.equal(bestOf(images, [0, 2, 4]), 4)
  assert.deepEqual([images.size(0), images.size(2)], ["10 × 10", ""])
  assert.deepEqual(withoutCopies(images, [4, 3, 0, 1, 2]), [4, 3, 1])
})

test("what is far is above the fence of a box plot", () => {
  assert.equal(fence([3, 1, 2, 4, 5]), 4 + 1.5 * 2)
  assert.equal(fence([0, 1, 2, 3]), 2.25 + 1.5 * 1.5)
  assert.equal(fence([7]), 7)
})

test("the ends of a range may be in either order", () => {
  const images = some()
  const found = (filter) => [...fitting(images, new Corrections(images), {...noFilter(), ...filter})]
  assert.deepEqual(found({least: 0.8, most: 0.4}), found({least: 0.4, most: 0.8}))
  assert.deepEqual(found({least: 0.8, most: 0.4}), [0, 0, 1, 1, 0])
})

test("names of groups stand in their middle, and not on each other", () => {
  const plane = {x: Uint16Array.of(9, 0, 100, 1, 50), y: Uint16Array.of(10, 2, 7, 7, 3)}
  assert.deepEqual(middle([0, 1, 2, 3, 4], plane), [9, 7])
  const boxes = [[0, 10], [8, 20], [15, 30], [40, 50]].map(([left, right]) => ({left, right, top: 0, bottom: 5}))
  assert.deepEqual(apart(boxes), [boxes[0], boxes[2], boxes[3]])
})

test("arrow keys go from picture to picture and stop at the ends", () => {
  const from = (k) => ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "a"].map((key) => stepped(key, k, 10, 4))
  assert.deepEqual(from(5), [6, 4, 9, 1, 5])
  assert.deepEqual(from(9), [9, 8, 9, 5, 9])
  assert.deepEqual(from(0), [1, 0, 4, 0, 0])
})

test("exports are safe in a spreadsheet", () => {
  const images = some()
  images.files[2] = "=cmd()"
  const corrections = new Corrections(images)
  corrections.rename(1, '+"x"')
  const lines = asCsv(images, corrections, [2, 4]).split("\r\n")
  assert.equal(lines[0], "id,file,group,confidence,corrected,name,tags,folder,price,note")
  assert.equal(lines[1], `2,'=cmd(),1,0.7630,1,"'+""x""",,b,,Two`)
  assert.equal(lines[2], '4,"b/x,y.jpg",-1,0.0000,-1,,,,10,x')
  assert.equal(asList(images, [0, 3]), "a/Cat 1.jpg\nb/山.jpg\n")
})

test("places on the screen and on the plane", () => {
  const wide = {x: Uint16Array.of(0, 65535), y: Uint16Array.of(20000, 40000)}
  const fit = fitted(448, 348, wide)
  assert.deepEqual(toScreen(fit, 0, 30000).map(Math.round), [24, 174])
  assert.deepEqual(toScreen(fit, 65535, 30000).map(Math.round), [424, 174])
  const tall = fitted(448, 348, {x: wide.y, y: wide.x})
  assert.deepEqual(toScreen(tall, 30000, 65535).map(Math.round), [224, 324])
  const whole = combined(fit, {k: 2, x: 10, y: -20})
  const [x, y] = toPlane(whole, ...toScreen(whole, 1000, 60000))
  assert.ok(Math.abs(x - 1000) < 1e-6 && Math.abs(y - 60000) < 1e-6)
  const plane = {x: Uint16Array.of(0, 100, 200, 100), y: Uint16Array.of(0, 100, 200, 101)}
  const same = {k: 1, x: 0, y: 0}
  assert.deepEqual(inside(box([50, 50], [150, 150]), plane, same), [1, 3])
  assert.deepEqual(inside([[0, -10], [260, 250], [-10, 40]], plane, same, Uint8Array.of(1, 0, 1, 1)), [0, 2, 3])
  assert.deepEqual(inWindow(plane, same, 150, 150, 9), [0, 1, 3])
  assert.equal(inWindow(plane, same, 150, 150, 2), null)
  assert.deepEqual(thinned([0, 1, 2, 3], plane, same, 40), [0, 1, 2])
})

test("a grid shows the rows near the window", () => {
  assert.equal(columnsOf(500, 128), 3)
  assert.equal(columnsOf(20, 128), 1)
  assert.deepEqual(rowsInSight(100, 900, 100, 1000), [0, 14])
  assert.deepEqual(rowsInSight(-5000, 900, 100, 1000), [44, 65])
  assert.deepEqual(rowsInSight(-5000, 900, 100, 20), [20, 20])
})

test("pictures are found on their sheets", () => {
  const layout = {width: 30, height: 20, cell_width: 32, cell_height: 32, columns: 2, n: 2, paths: ["p0", "p1"]}
  const sheets = new Sheets(layout, Uint32Array.of(4, 3, 2, 1, 0))
  assert.deepEqual(sheets.where(0), {sheet: 1, x: 0, y: 0, sheetWidth: 32, sheetHeight: 32})
  assert.deepEqual(sheets.where(1), {sheet: 0, x: 32, y: 32, sheetWidth: 64, sheetHeight: 64})
})

test("colours are those of the figures, and are seen on a dark page", () => {
  assert.equal(colourOf(0, false), "#0072B2")
  assert.equal(colourOf(11, false), "#D55E00")
  assert.equal(colourOf(-1, false), "#8A8A8A")
  assert.deepEqual([shapeOf(3), shapeOf(13), shapeOf(-1)], [0, 1, 0])
  assert.equal(lightened("#B5CF6B"), "#b5cf6b")
  assert.notEqual(lightened("#4B0055"), "#4b0055")
})

test("columns of tables sort as numbers where they are", () => {
  const texts = ["–", "0.367 ± 0.019", "1,200", "−0.5", "baseline"]
  const keys = texts.map(sortKey)
  assert.deepEqual(keys, ["–", 0.367, 1200, -0.5, "baseline"])
  assert.deepEqual([...keys].sort(compare).slice(0, 3), [-0.5, 0.367, 1200])
  assert.equal(asText([["a\n b", "c"], ["1", "2"]]), "a b\tc\n1\t2")
})

test("a flag that more than a twentieth of all images has is common", () => {
  const images = some()
  assert.deepEqual(flagCounts(images).map(({name, n, common}) => [name, n, common]), [["dark", 1, false], ["bright", 2, false]])
  const many = (n, nDark, nBright) => {
    const quality = Uint8Array.from({length: n}, (_, i) => (i < nDark ? 1 : 0) | (i >= n - nBright ? 2 : 0))
    return flagCounts({...images, n, arrays: {quality}}).filter(({common}) => common).map(({name}) => name)
  }
  assert.deepEqual(many(100, 20, 21), ["bright"], "twenty are looked through at once")
  assert.deepEqual(many(1000, 50, 51), ["bright"])
  assert.deepEqual(many(100, 0, 0), [])
})

test("pictures fill a row, none larger than usual", () => {
  for (const [width, cell] of [[366, 96], [366, 128], [320, 85], [50, 128], [128, 128]]) {
    const wide = filling(width, cell)
    assert.ok(wide <= cell)
    const columns = columnsOf(width, wide)
    assert.ok(width - (columns * (wide + 6) - 6) < columns, `${width} ${cell}`)
  }
  assert.equal(filling(0, 96), 96)
})
