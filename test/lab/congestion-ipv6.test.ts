import { expect, test } from "vitest"
import { queues, squeeze, standby, wave } from "./support/bulk.ts"
import { journal } from "./support/journal.ts"
import { twoLinksIpv6, withScene } from "./support/scene.ts"

const [, [, bytes]] = queues
const line = { direction: "upload", bytes } as const

test("IPv6 of a line is not down while its IPv6 users' uploads fill a queue of 1.6 s", async () => {
  await withScene(twoLinksIpv6, standby, async ({ lab, agent }) => {
    await squeeze(lab, line)
    const { broken } = await wave(lab, line, 100, 10_000)
    const states = journal(agent).flatMap(event => (event.type === "link.state" ? [event] : []))
    expect(states.filter(({ to, family }) => to === "down" && family === "ipv6")).toEqual([])
    expect(broken).toEqual([])
  })
})
