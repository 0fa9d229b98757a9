import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { z } from "zod"

const lock = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) })
const about = z.object({ name: z.string(), version: z.string(), license: z.string().optional() })

/** Folders, below `root`, of everything that becomes part of the program and is here. */
function productionPackages(root: string): readonly string[] {
  const { packages } = lock.parse(readJson(join(root, "package-lock.json")))
  const folders = Object.entries(packages).filter(([folder, { dev }]) => folder !== "" && dev !== true)
  return folders.map(([folder]) => folder).filter(folder => filesIn(join(root, folder)).includes("package.json"))
}

/** Our licence, and those of all that is in the package. */
export function copyrightText(root: string): string {
  const others = productionPackages(root).map(folder => licenceOf(join(root, folder)))
  const own = readFileSync(join(root, "LICENSE"), "utf8")
  return [`evenkeel\n\n${own}`, ...others, NODE].join(`\n${"-".repeat(79)}\n\n`)
}

const NODE = `Node.js (/usr/lib/evenkeel/bin/node), MIT, and the libraries in it, by their own licences:
https://github.com/nodejs/node/blob/main/LICENSE
`

function licenceOf(folder: string): string {
  const { name, version, license = "see its package" } = about.parse(readJson(join(folder, "package.json")))
  const file = filesIn(folder).find(file => /^licen[cs]e/i.test(file))
  const text = file === undefined ? "" : `\n${readFileSync(join(folder, file), "utf8")}`
  return `${name} ${version}: ${license}\n${text}`
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"))
}
