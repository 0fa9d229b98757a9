import { endianness } from "node:os"
import { expect, it } from "vitest"
import { icmpTypes, pinning, resetOnClose } from "../../probes/socket-options.ts"

const hex = (value: Buffer) => value.toString("hex")

it("pins by device and by mark", () => {
  const [device, mark] = pinning({ interface: "eth0", mark: 2 })
  expect(device).toMatchObject({ level: 1, option: 25, value: Buffer.from("eth0\0") })
  expect(mark).toMatchObject({ level: 1, option: 36 })
  expect(hex(mark?.value ?? Buffer.alloc(0))).toBe(endianness() === "LE" ? "02000000" : "00000002")
})

it("lingers for no time at all", () => {
  expect(hex(resetOnClose.value)).toBe(endianness() === "LE" ? "0100000000000000" : "0000000100000000")
})

it("filters out all ICMP types but those named", () => {
  expect(new Uint32Array(Uint8Array.from(icmpTypes([0, 3, 11]).value).buffer)[0]).toBe(0xffff_f7f6)
})
