import { readdirSync, readFileSync } from "node:fs"

const ROOT = new URL("../../", import.meta.url)

/** A file of the project by its path below it. */
export function textOf(path: string): string {
  return readFileSync(new URL(path, ROOT), "utf8")
}

function filesIn(folder: string, ending: string): readonly string[] {
  const names = readdirSync(new URL(folder, ROOT))
  return names.filter(name => name.endsWith(ending)).map(name => `${folder}/${name}`)
}

/** What people read, by its path. */
export const DOCUMENTS = [
  "README.md",
  "CHANGELOG.md",
  ...filesIn("docs", ".md"),
  ...filesIn("test/bench/results", ".md"),
]

/** Whole configurations of all kinds. */
export const SAMPLES = [...filesIn("test/lab/configs", ".yaml"), ...filesIn("test/config/examples", ".yaml")]

/** The fenced blocks of a language, each with the line that its text begins on. */
export function blocksIn(
  markdown: string,
  language: string,
): readonly { readonly line: number; readonly text: string }[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm")
  return [...markdown.matchAll(fence)].map(({ index, 1: text = "" }) => ({
    line: markdown.slice(0, index).split("\n").length + 1,
    text,
  }))
}
