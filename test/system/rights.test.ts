import { expect, test } from "vitest"
import { readRights, rightsIn } from "../../src/system/rights.ts"

const status = (digits: string) =>
  `Name:\tnode\nCapPrm:\tffffffffffffffff\nCapEff:\t${digits}\nCapBnd:\t000001ffffffffff\n`

test("each capability is its bit of CapEff", () => {
  expect(rightsIn(status("0000000000000000"))).toEqual({ netAdmin: false, netRaw: false })
  expect(rightsIn(status("0000000000001000"))).toEqual({ netAdmin: true, netRaw: false })
  expect(rightsIn(status("0000000000002000"))).toEqual({ netAdmin: false, netRaw: true })
  expect(rightsIn(status("000001ffffffffff"))).toEqual({ netAdmin: true, netRaw: true })
})

test("text without the line is an error, not a lack of rights", () => {
  expect(() => rightsIn("Name:\tnode\n")).toThrow(/CapEff/)
})

test("this very process has rights that can be read", async () => {
  expect(await readRights()).toEqual({
    netAdmin: expect.any(Boolean) as boolean,
    netRaw: expect.any(Boolean) as boolean,
  })
})
