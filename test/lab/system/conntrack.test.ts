import { createSocket } from "node:dgram"
import { beforeAll, describe, expect, it } from "vitest"
import { countByMark, deleteByMark, deleteTranslated } from "../../../src/system/conntrack.ts"
import { restore } from "../../../src/system/iptables.ts"
import { enterPrivateNetwork } from "./private-network.ts"

/** One flow for each mark: the port chooses the mark. */
const marks = [0x1, 0x2, 0x102, 0x302, 0x80000001]

async function sendOneEach(): Promise<void> {
  await Promise.all(marks.map((_, i) => send(["127.0.0.1"], 7000 + i)))
}

/** One flow to each address, by default of mark 7. */
async function send(addresses: readonly string[], port = 7777): Promise<void> {
  const socket = createSocket("udp4")
  const sent = addresses.map(
    address =>
      new Promise(resolve => {
        socket.send("x", port, address, resolve)
      }),
  )
  await Promise.all(sent)
  socket.close()
}

beforeAll(async () => {
  await enterPrivateNetwork()
  const backend = { name: "nft", family: 4, save: "iptables-nft-save", restore: "iptables-nft-restore" } as const
  const rules = marks.map(
    (mark, i) => `-A OUTPUT -p udp --dport ${7000 + i} -j CONNMARK --set-xmark ${mark}/0xffffffff`,
  )
  const many = "-A OUTPUT -p udp --dport 7777 -j CONNMARK --set-xmark 0x7/0xffffffff"
  await restore(backend, ["*mangle", ...rules, many, "COMMIT", ""].join("\n"))
  await sendOneEach()
})

const udp = (count: number) => ({ tcp: 0, udp: count, other: 0 })

describe("conntrack", () => {
  it("counts flows by mark, within the mask only", async () => {
    expect(await countByMark(4, 0xff)).toEqual(
      new Map([
        [1, udp(2)],
        [2, udp(3)],
      ]),
    )
    expect(await countByMark(4, 0xffffffff)).toEqual(new Map(marks.map(mark => [mark, udp(1)])))
  })

  it("forgets the flows of a mark whatever their other bits are, and none of another mark", async () => {
    await deleteByMark(4, 2, 0xff, { address: "127.0.0.1" })
    expect(await countByMark(4, 0xffffffff)).toEqual(
      new Map([
        [0x1, udp(1)],
        [0x80000001, udp(1)],
      ]),
    )
  })

  it("leaves flows of that mark whose replies go to another address", async () => {
    await deleteByMark(4, 1, 0xff, { address: "127.0.0.2" })
    expect((await countByMark(4, 0xff)).get(1)).toEqual(udp(2))
  })

  it("finds nothing to forget the second time", async () => {
    await deleteByMark(4, 2, 0xff, { address: "127.0.0.1" })
    expect((await countByMark(4, 0xffffffff)).size).toBe(2)
  })

  it("forgets all flows of a mark although others of them end meanwhile", async () => {
    await send(Array.from({ length: 5000 }, (_, i) => `127.1.${i >> 8}.${i & 0xff}`))
    expect((await countByMark(4, 0xff)).get(7)).toEqual(udp(5000))
    await Promise.all([
      deleteByMark(4, 7, 0xff, { address: "127.0.0.1" }),
      deleteByMark(4, 7, 0xff, { address: "127.0.0.1" }),
    ])
    expect((await countByMark(4, 0xff)).get(7)).toBeUndefined()
  })

  it("forgets what was translated to an address whatever its mark, and nothing else", async () => {
    const before = await countByMark(4, 0xffffffff)
    expect(before.size).toBeGreaterThan(1)
    await deleteTranslated(4, { address: "127.0.0.9" })
    expect(await countByMark(4, 0xffffffff)).toEqual(before)
    await deleteTranslated(4, { address: "127.0.0.1" })
    expect((await countByMark(4, 0xffffffff)).size).toBe(0)
  })
})
