import { endianness } from "node:os"
import { expect, it } from "vitest"
import { icmpTypes, pinning, queueIcmpErrors, resetOnClose } from "../../probes/socket-options.ts"

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
  expect(new Uint32Array(Uint8Array.from(icmpTypes(4, [0, 3, 11]).value).buffer)[0]).toBe(0xffff_f7f6)
})

it("filters out all ICMPv6 types but those named", () => {
  const { level, option, value } = icmpTypes(6, [1, 3, 129])
  expect([level, option]).toEqual([58, 1])
  const words = [...new Uint32Array(Uint8Array.from(value).buffer)]
  const all = 0xffff_ffff
  expect(words).toEqual([0xffff_fff5, all, all, all, 0xffff_fffd, all, all, all])
})

it("asks for ICMP errors in the words of either version of IP", () => {
  expect(queueIcmpErrors(4)).toMatchObject({ level: 0, option: 11 })
  expect(queueIcmpErrors(6)).toMatchObject({ level: 41, option: 25 })
})
