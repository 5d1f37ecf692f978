// Bundles src/ into ../assets/page.js and ../assets/page.css; the licences of what is in it come first.
import {build} from "esbuild"
import {readFileSync, readdirSync, writeFileSync} from "node:fs"

const result = await build({
  entryPoints: {page: "src/main.js"},
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  preserveSymlinks: true,
  outdir: "../assets",
})
await build({entryPoints: {page: "src/page.css"}, minify: true, charset: "utf8", outdir: "../assets"})

// Every package that has bytes in the bundle.
const inputs = Object.entries(Object.values(result.metafile.outputs)[0].inputs)
const packages = new Set(inputs.filter(([, {bytesInOutput}]) => bytesInOutput > 0)
  .map(([file]) => file.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean))
const owners = new Map()
for (const name of [...packages].sort()) {
  const folder = `node_modules/${name}`
  const {version} = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"))
  const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file))
  const licence = readFileSync(`${folder}/${file}`, "utf8").trim()
  owners.set(licence, [...(owners.get(licence) ?? []), `${name} ${version}`])
}
const notices = [...owners].map(([licence, names]) => `${names.join(", ")}\n\n${licence}`)
const script = readFileSync("../assets/page.js", "utf8")
writeFileSync("../assets/page.js", `/*! Made from page/web by its build.mjs. In it are:\n\n${notices.join("\n\n")}\n*/\n${script}`)
