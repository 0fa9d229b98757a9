import { beforeAll, describe, expect, it } from "vitest"
import { chainOf, parseSaved } from "../../../src/core/saved.ts"
import { detectBackend } from "../../../src/system/detect-backend.ts"
import { dropEmptyTable, restore, save, type Backend } from "../../../src/system/iptables.ts"
import { RunError } from "../../../src/system/run-error.ts"
import { run } from "../../../src/system/run.ts"
import { enterPrivateNetwork } from "./private-network.ts"

const nft: Backend = { name: "nft", family: 4, save: "iptables-nft-save", restore: "iptables-nft-restore" }
const legacy: Backend = { name: "legacy", family: 4, save: "iptables-legacy-save", restore: "iptables-legacy-restore" }

const before = `*mangle
:FOREIGN - [0:0]
:LOAD_BALANCE - [0:0]
-A PREROUTING -j LOAD_BALANCE
-A FOREIGN -s 192.0.2.1/32 -j RETURN
-A LOAD_BALANCE -j MARK --set-xmark 0x1/0xff
COMMIT
`

describe.each([nft, legacy])("the $name back end", backend => {
  beforeAll(enterPrivateNetwork)

  const chains = async () => {
    const saved = parseSaved(await save(backend))
    return ["PREROUTING", "FOREIGN", "LOAD_BALANCE"].map(chain => chainOf(saved, "mangle", chain))
  }

  it("is read without a table being made", async () => {
    expect(await save(backend)).not.toContain("*")
    await save(backend, "mangle")
    await detectBackend()
    expect(await save(backend)).not.toContain("*")
  })

  it("empties and refills a chain that is declared, and leaves every other as it was", async () => {
    await restore(backend, before)
    await restore(backend, "*mangle\n:LOAD_BALANCE - [0:0]\n-A LOAD_BALANCE -j MARK --set-xmark 0x2/0xff\nCOMMIT\n")
    expect(await chains()).toEqual([
      ["-j LOAD_BALANCE"],
      ["-s 192.0.2.1/32 -j RETURN"],
      ["-j MARK --set-xmark 0x2/0xff"],
    ])
  })

  it.each([
    ["names a chain that is not there", "-A LOAD_BALANCE -j RETURN\n-A NOWHERE -j RETURN\nCOMMIT\n"],
    ["has an option that nobody knows", "-A LOAD_BALANCE --nonsense\nCOMMIT\n"],
    ["deletes a rule that is not there", "-D PREROUTING -j RETURN\nCOMMIT\n"],
    ["is cut off before its COMMIT, as when evenkeel is killed while it writes", "-A LOAD_BALANCE -j RETURN\n"],
  ])("changes nothing at all when the input %s", async (_what, lines) => {
    await restore(backend, before.replace("-A PREROUTING -j LOAD_BALANCE\n", ""))
    const was = await chains()
    await expect(restore(backend, `*mangle\n:LOAD_BALANCE - [0:0]\n${lines}`)).rejects.toThrow(RunError)
    expect(await chains()).toEqual(was)
  })

  it("has carried out the tables before the one that fails: each COMMIT is a transaction of its own", async () => {
    const mangle = "*mangle\n:LOAD_BALANCE - [0:0]\n-A LOAD_BALANCE -j MARK --set-xmark 0x3/0xff\nCOMMIT\n"
    await expect(restore(backend, `${mangle}*nat\n-D POSTROUTING -j RETURN\nCOMMIT\n`)).rejects.toThrow(RunError)
    expect((await chains())[2]).toEqual(["-j MARK --set-xmark 0x3/0xff"])
  })

  it("is recognised by the rules that it holds", async () => {
    expect(await detectBackend()).toMatchObject({ backend, both: false })
  })
})

describe("dropEmptyTable", () => {
  beforeAll(enterPrivateNetwork)

  it("takes an empty nft table away as if nobody had ever made it, and no other", async () => {
    await restore(nft, "*nat\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n")
    const was = parseSaved(await save(nft))
    await restore(nft, "*mangle\n:EVENKEEL - [0:0]\n-A PREROUTING -j EVENKEEL\nCOMMIT\n")
    expect(await dropEmptyTable(nft, "mangle")).toEqual({ dropped: false, reason: "it holds chains or rules" })
    await restore(nft, "*mangle\n-D PREROUTING -j EVENKEEL\n-F EVENKEEL\n-X EVENKEEL\nCOMMIT\n")
    expect(await dropEmptyTable(nft, "mangle")).toEqual({ dropped: true })
    expect(parseSaved(await save(nft))).toEqual(was)
  })

  it("leaves a table whose policy somebody changed", async () => {
    await restore(nft, "*mangle\n:INPUT DROP [0:0]\nCOMMIT\n")
    expect(await dropEmptyTable(nft, "mangle")).toEqual({ dropped: false, reason: "it holds chains or rules" })
  })

  it("says so where there is nothing to drop, and where it cannot be done", async () => {
    expect(await dropEmptyTable(nft, "raw")).toEqual({ dropped: false, reason: "there is no such table" })
    expect(await dropEmptyTable(legacy, "mangle")).toMatchObject({ dropped: false })
  })
})

describe("detectBackend", () => {
  beforeAll(enterPrivateNetwork)

  it("follows plain iptables while nobody holds rules", async () => {
    const { stdout } = await run("iptables", ["--version"])
    const { backend } = await detectBackend()
    expect(stdout).toContain(backend.name === "nft" ? "(nf_tables)" : "(legacy)")
  })

  it("sees that both hold rules, and prefers the one with our chains", async () => {
    await restore(nft, "*filter\n-A FORWARD -j ACCEPT\nCOMMIT\n")
    await restore(legacy, "*mangle\n:LOAD_BALANCE - [0:0]\n-A PREROUTING -j LOAD_BALANCE\nCOMMIT\n")
    expect(await detectBackend()).toEqual({ backend: legacy, both: true, reason: "it holds evenkeel's chains" })
  })
})
