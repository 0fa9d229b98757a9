import fc from "fast-check"
import { expect, test } from "vitest"
import { markUse } from "../../src/core/nft-marks.ts"

const meta = { meta: { key: "mark" } }
const ct = { ct: { key: "mark" } }
const set = (value: unknown, key: unknown = meta) => markUse([{ mangle: { key, value } }])
const none = { sets: 0, copies: 0, reads: 0 }

// Each as nft 1.0.6 prints the rule in its name.
test.each([
  ["meta mark set 0x5", set(5), { sets: 0xffffffff }],
  ["meta mark set meta mark or 0x400", set({ "|": [meta, 0x400] }), { sets: 0x400 }],
  [
    "meta mark set meta mark and 0xffff00ff or 0x500",
    set({ "|": [{ "&": [meta, 0xffff00ff] }, 0x500] }),
    { sets: 0xff00 },
  ],
  ["meta mark set meta mark xor 0x80000000", set({ "^": [meta, 0x80000000] }), { sets: 0x80000000 }],
  ["meta mark set meta mark", set(meta), {}],
  ["meta mark set ct mark", set(ct), { copies: 0xffffffff }],
  ["meta mark set ct mark and 0xff", set({ "&": [ct, 0xff] }), { sets: 0xffffff00, copies: 0xff }],
  ["ct mark set meta mark", set(meta, ct), { copies: 0xffffffff }],
  ["ct mark set numgen inc mod 2", set({ numgen: { mode: "inc", mod: 2, offset: 0 } }, ct), { sets: 0xffffffff }],
  ["meta mark 0x7 accept", markUse([{ match: { op: "==", left: meta, right: 7 } }]), { reads: 0xffffffff }],
  [
    "ct mark and 0x4000 == 0x4000",
    markUse([{ match: { left: { "&": [ct, 0x4000] }, right: 0x4000 } }]),
    { reads: 0x4000 },
  ],
  ["meta mark vmap { 1 : accept }", markUse([{ vmap: { key: meta, data: { set: [] } } }]), { reads: 0xffffffff }],
  ["tcp dport 80 counter accept", markUse([{ match: { left: { payload: {} }, right: 80 } }, { accept: null }]), {}],
  ["meta priority set 1", markUse([{ mangle: { key: { meta: { key: "priority" } }, value: 1 } }]), {}],
])("%s", (_, use, expected) => {
  expect(use).toEqual({ ...none, ...expected })
})

test("what several expressions do adds up", () => {
  const use = markUse([
    { match: { left: { "&": [meta, 1] }, right: 1 } },
    { mangle: { key: meta, value: { "|": [meta, 2] } } },
    { mangle: { key: ct, value: meta } },
  ])
  expect(use).toEqual({ sets: 2, copies: 0xffffffff, reads: 1 })
})

test("no expression, however odd, is an error", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), expressions => {
      const { sets, copies, reads } = markUse(expressions)
      return [sets, copies, reads].every(bits => bits >= 0 && bits <= 0xffffffff)
    }),
  )
})
