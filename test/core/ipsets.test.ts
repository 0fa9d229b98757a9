import { describe, expect, it } from "vitest"
import {
  fillText,
  holds,
  isOurKind,
  isOurs,
  kernelSets,
  namesOfAll,
  setNames,
  withoutMissing,
} from "../../src/core/ipsets.ts"
import { asNetworks, NO_NETWORKS } from "../../src/core/networks.ts"
import type { SetConfig } from "../../src/core/policy-config.ts"

const SETS: readonly SetConfig[] = [
  {
    kind: "owned",
    name: "net-flix",
    networks: { 4: asNetworks(["10.0.0.5/32", "10.0.0.0/24", "10.0.0.0/24"]), 6: NO_NETWORKS },
  },
  { kind: "owned", name: "all", networks: { 4: asNetworks(["0.0.0.0/0"]), 6: asNetworks(["::/0"]) } },
  { kind: "external", name: "youtube", ipsets: { 4: "youtube", 6: null } },
]

const [netflix] = kernelSets(SETS)
if (netflix === undefined) throw new Error("no set")

describe("sets in the kernel", () => {
  it("are one for each family that an owned set has networks of, in ipset's spelling", () => {
    expect(kernelSets(SETS).map(({ name, entries }) => [name, [...entries]])).toEqual([
      ["evenkeel4-net-flix", ["10.0.0.5", "10.0.0.0/24"]],
      ["evenkeel4-all", ["0.0.0.0/1", "128.0.0.0/1"]],
      ["evenkeel6-all", ["::/1", "8000::/1"]],
    ])
  })

  it("have a name for the rules, unless they are missing there", () => {
    expect(namesOfAll(SETS, 4)).toEqual(["evenkeel4-net-flix", "evenkeel4-all", "youtube"])
    expect(namesOfAll(SETS, 6)).toEqual(["evenkeel6-all"])
    expect(Object.fromEntries(setNames(withoutMissing(SETS, ["youtube", "evenkeel4-all"])))).toEqual({
      "net-flix": { 4: "evenkeel4-net-flix", 6: null },
      all: { 4: null, 6: "evenkeel6-all" },
      youtube: { 4: null, 6: null },
    })
  })

  it("are ours by their names", () => {
    expect(
      ["evenkeel4-a", "evenkeel6~a", "evenkeel", "evenkeel5-a", "xevenkeel4-a", "youtube"].filter(name => isOurs(name)),
    ).toEqual(["evenkeel4-a", "evenkeel6~a"])
  })
})

describe("filling a set", () => {
  it("makes one that was not there by renaming it when it is whole", () => {
    expect(fillText(netflix, ["other"])).toBe(`create evenkeel4~net-flix hash:net family inet hashsize 64 maxelem 65536
add evenkeel4~net-flix 10.0.0.5
add evenkeel4~net-flix 10.0.0.0/24
rename evenkeel4~net-flix evenkeel4-net-flix
`)
  })

  it("swaps one that was there, and first clears up what was left half done", () => {
    const lines = fillText(netflix, ["evenkeel4-net-flix", "evenkeel4~net-flix"]).split("\n")
    expect(lines[0]).toBe("destroy evenkeel4~net-flix")
    expect(lines.slice(-3)).toEqual(["swap evenkeel4~net-flix evenkeel4-net-flix", "destroy evenkeel4~net-flix", ""])
  })

  it("makes room for as many as there are", () => {
    const entries = new Set(Array.from({ length: 100_000 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`))
    expect(fillText({ ...netflix, entries }, [])).toContain(" hashsize 32768 maxelem 100000\n")
  })
})

const saved = (...entries: readonly string[]) =>
  `create evenkeel4-net-flix hash:net family inet hashsize 64 maxelem 65536 bucketsize 12 initval 0x1\n${entries.map(entry => `add evenkeel4-net-flix ${entry}\n`).join("")}`

describe("a set that was saved", () => {
  it("holds what is wanted in whatever order the kernel has it", () => {
    expect(holds(saved("10.0.0.0/24", "10.0.0.5"), netflix)).toBe(true)
  })

  it.each([
    ["lacks a network", ["10.0.0.0/24"]],
    ["has one more", ["10.0.0.0/24", "10.0.0.5", "10.0.0.6"]],
    ["has another one", ["10.0.0.0/24", "10.0.0.6"]],
    ["makes an exception", ["10.0.0.0/24", "10.0.0.5 nomatch"]],
    ["lets one run out", ["10.0.0.0/24", "10.0.0.5 timeout 3"]],
  ])("does not where it %s", (_what, entries) => {
    expect(holds(saved(...entries), netflix)).toBe(false)
  })

  it("is of our kind by its type and family", () => {
    expect(isOurKind(saved(), netflix)).toBe(true)
    expect(isOurKind(saved().replace("hash:net", "hash:ip"), netflix)).toBe(false)
    expect(isOurKind(saved().replace("inet", "inet6"), netflix)).toBe(false)
    expect(isOurKind(saved().replace("hash:net", "hash:net,port"), netflix)).toBe(false)
  })
})
