import fc from "fast-check"
import { expect, test } from "vitest"
import { otherMask, ownerOf } from "../../../src/core/diagnose/mark-fields.ts"
import { config, link } from "../fixtures.ts"

test("owners are known by their chains, or by what their rules say", () => {
  expect(ownerOf("ts-forward", "-j MARK")).toBe("Tailscale")
  expect(ownerOf("PREROUTING", '-m comment --comment "wg-quick(8) rule for wg0" -j CONNMARK')).toBe("wg-quick")
  expect(ownerOf("KUBE-MARK-MASQ", "")).toBe("Kubernetes")
  expect(ownerOf("PREROUTING", "-j MARK")).toBeNull()
})

test("another field of the same width is offered, with the links' marks in it", () => {
  const links = [link(1, { mark: 0x10000 }), link(2, { mark: 0x20000 })]
  expect(otherMask(config({ markMask: 0xff0000, links }), 0xff0000)).toBe(
    "give evenkeel other bits, and restart it: markMask: 0xff, marks of links: 0x1, 0x2",
  )
  expect(otherMask(config({ markMask: 0xff, links: [link(1, { mark: 3 })] }), 0xff)).toBe(
    "give evenkeel other bits, and restart it: markMask: 0xff00, marks of links: 0x300",
  )
  expect(otherMask(config(), 0xffffffff)).toBeNull()
})

test("what is offered is always as wide as before, and free", () => {
  const bits = fc.integer({ min: 1, max: 0xffffffff })
  fc.assert(
    fc.property(bits, fc.integer({ min: 0, max: 0xffffffff }), (markMask, used) => {
      const offered = /markMask: (0x[0-9a-f]+)/.exec(otherMask(config({ markMask, links: [] }), used) ?? "")?.[1]
      if (offered === undefined) return true
      const count = (value: number) => value.toString(2).replaceAll("0", "").length
      return (Number(offered) & used) === 0 && count(Number(offered)) === count(markMask)
    }),
  )
})
