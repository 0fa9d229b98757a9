import { describe, expect, it } from "vitest"
import { chooseBackend, type Candidate } from "../../src/system/choose-backend.ts"

const empty = "*mangle\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n"
const foreign = "*filter\n:INPUT DROP [5:300]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n"
const ours = "*mangle\n:PREROUTING ACCEPT [0:0]\n:LOAD_BALANCE - [0:0]\nCOMMIT\n"

function candidate(name: "nft" | "legacy", text: string, refusal: string | null = null): Candidate {
  return {
    backend: { name, family: 4, save: `iptables-${name}-save`, restore: `iptables-${name}-restore` },
    text,
    refusal,
  }
}

describe("chooseBackend", () => {
  it.each([
    ["only nft holds rules", foreign, empty, "legacy", "nft", false],
    ["only legacy holds rules", "", foreign, "nft", "legacy", false],
    ["neither holds any and iptables is nft", empty, "", "nft", "nft", false],
    ["neither holds any and iptables is legacy", empty, "", "legacy", "legacy", false],
    ["both hold rules and iptables is legacy", foreign, foreign, "legacy", "legacy", true],
    ["both hold rules, ours among them in nft", foreign + ours, foreign, "legacy", "nft", true],
    ["our chains are in legacy and others' rules in nft", foreign, ours, "nft", "legacy", false],
    ["our chains are in both", ours, ours, "nft", "nft", false],
  ] as const)("when %s", (_when, nft, legacy, plain, chosen, both) => {
    const choice = chooseBackend([candidate("nft", nft), candidate("legacy", legacy)], plain)
    expect([choice.backend.name, choice.both]).toEqual([chosen, both])
    expect(choice.reason).not.toBe("")
  })

  it("takes the only one that is installed, whatever plain iptables is", () => {
    expect(chooseBackend([candidate("nft", "")], null).backend.name).toBe("nft")
  })

  it("takes the other when the kernel refuses the one that plain iptables is", () => {
    const refused = candidate("legacy", "", "Table does not exist (do you need to insmod?)")
    expect(chooseBackend([candidate("nft", ""), refused], "legacy").backend.name).toBe("nft")
  })

  it("says what each answered when none works", () => {
    expect(() => chooseBackend([candidate("nft", "", "Operation not permitted")], "nft")).toThrow(
      "no working iptables: the kernel refuses it\nnft: Operation not permitted",
    )
  })
})
