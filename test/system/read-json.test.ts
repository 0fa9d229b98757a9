import { describe, expect, it } from "vitest"
import { z } from "zod"
import { readJson } from "../../src/system/read-json.ts"

const schema = z.array(z.object({ name: z.string() }))

describe("readJson", () => {
  it("returns what the schema names and ignores what it does not", async () => {
    expect(await readJson("printf", ["%s", `[{"name":"lo","mtu":1}]`], schema)).toEqual([{ name: "lo" }])
  })

  it("names the command and the path of what has another shape", async () => {
    await expect(readJson("printf", ["%s", `[{"name":"lo"},{"name":5}]`], schema)).rejects.toThrow(
      /^printf %s .*: unexpected output\n[^]*at \[1\]\.name/,
    )
  })

  it("shows what came instead of JSON", async () => {
    await expect(readJson("printf", ["[[]"], schema)).rejects.toThrow("printf [[]: not JSON: [[]")
  })
})
