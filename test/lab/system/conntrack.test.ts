import { createSocket } from "node:dgram"
import { beforeAll, describe, expect, it } from "vitest"
import { countByMark, deleteByMark } from "../../../src/system/conntrack.ts"
import { restore } from "../../../src/system/iptables.ts"
import { enterPrivateNetwork } from "./private-network.ts"

/** One flow for each mark: the port chooses the mark. */
const marks = [0x1, 0x2, 0x102, 0x302, 0x80000001]

async function sendOneEach(): Promise<void> {
  const socket = createSocket("udp4")
  await Promise.all(
    marks.map(
      (_, i) =>
        new Promise(resolve => {
          socket.send("x", 7000 + i, "127.0.0.1", resolve)
        }),
    ),
  )
  socket.close()
}

beforeAll(async () => {
  await enterPrivateNetwork()
  const backend = { name: "nft", save: "iptables-nft-save", restore: "iptables-nft-restore" } as const
  const rules = marks.map(
    (mark, i) => `-A OUTPUT -p udp --dport ${7000 + i} -j CONNMARK --set-xmark ${mark}/0xffffffff`,
  )
  await restore(backend, ["*mangle", ...rules, "COMMIT", ""].join("\n"))
  await sendOneEach()
})

describe("conntrack", () => {
  it("counts flows by mark, within the mask only", async () => {
    expect(await countByMark(0xff)).toEqual(
      new Map([
        [1, 2],
        [2, 3],
      ]),
    )
    expect(await countByMark(0xffffffff)).toEqual(new Map(marks.map(mark => [mark, 1])))
  })

  it("forgets the flows of a mark whatever their other bits are, and none of another mark", async () => {
    expect(await deleteByMark(2, 0xff)).toBe(3)
    expect(await countByMark(0xffffffff)).toEqual(
      new Map([
        [0x1, 1],
        [0x80000001, 1],
      ]),
    )
  })

  it("finds nothing to forget the second time", async () => {
    expect(await deleteByMark(2, 0xff)).toBe(0)
  })
})
