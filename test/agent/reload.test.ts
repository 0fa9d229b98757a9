import { describe, expect, test } from "vitest"
import { fixedChanges } from "../../src/agent/reload.ts"
import { config, link } from "../core/fixtures.ts"

const running = config()

describe("a reload is refused, with what to do instead", () => {
  test.each([
    ["another state directory", { stateDir: "/srv/evenkeel" }, /^stateDir: changed from .* needs a restart$/],
    ["another mark mask", { markMask: 0xff00 }, /^markMask: changed from 0xff to 0xff00; .* breaks open flows$/],
    [
      "another mark for a link that stays",
      { links: [link(1, { mark: 3 }), link(2)] },
      /^mark of isp1: changed from 0x1 to 0x3; this needs a restart, which breaks open flows$/,
    ],
  ])("%s", (_, changes, text) => {
    expect(fixedChanges(running, config(changes))).toEqual([expect.stringMatching(text)])
  })

  test("marks that change places, for each of their links", () => {
    const swapped = config({ links: [link(1, { mark: 2 }), link(2, { mark: 1 })] })
    expect(fixedChanges(running, swapped)).toHaveLength(2)
  })
})

test("links may come, go, change places and get other weights", () => {
  expect(fixedChanges(running, config({ links: [link(3), link(2, { weight: 1 })] }))).toEqual([])
})
