import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, test } from "vitest"
import { DOCUMENTS, textOf } from "./texts.ts"

/** `[text](target)` and images; code is none. */
function targetsIn(markdown: string): readonly string[] {
  const prose = markdown.replaceAll(/^```[\s\S]*?^```$/gm, "").replaceAll(/`[^`\n]*`/g, "")
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(({ 1: target = "" }) => (/^\w+:/.test(target) ? [] : [target]))
}

/** As GitHub makes them of headings. */
function anchorsIn(markdown: string): readonly string[] {
  const headings = markdown.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/^#+ (.*)$/gm)
  return [...headings].map(({ 1: heading = "" }) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  )
}

/** Why nobody gets there; null: it is there. */
function trouble(from: string, target: string): string | null {
  const [file = "", anchor] = target.split("#")
  const path = file === "" ? from : join(dirname(from), file)
  if (!existsSync(path)) return `${target}: no such file`
  if (anchor === undefined || anchorsIn(textOf(path)).includes(anchor)) return null
  return `${target}: no such heading`
}

describe("links between documents", () => {
  test.each(DOCUMENTS)("of %s lead somewhere", path => {
    const found = targetsIn(textOf(path)).flatMap(target => trouble(path, target) ?? [])
    expect(found).toEqual([])
  })

  test("that lead nowhere would be found", () => {
    expect(trouble("README.md", "docs/no-such-file.md")).toMatch(/no such file/)
    expect(trouble("README.md", "#no-such-heading")).toMatch(/no such heading/)
    expect(trouble("docs/decisions.md", "../README.md#probes")).toBeNull()
  })
})
