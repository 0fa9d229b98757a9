import { setTimeout as sleep } from "node:timers/promises"
import { Redis } from "ioredis"
import { afterEach, describe, expect, test } from "vitest"
import { published, shareConfig, startSharing, works, type SharingRouter } from "./support/router.ts"
import { startCluster, startRedis, startSentinelSetup, type Server } from "./support/servers.ts"

const STREAM = "{evenkeel:home}:events:rtr-a"

const ending: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

async function sharing(written: object): Promise<SharingRouter> {
  const router = await startSharing(shareConfig(written), "rtr-a")
  ending.push(() => router.stop())
  return router
}

async function redisWith(options: Parameters<typeof startRedis>[0] = {}) {
  const redis = await startRedis(options)
  ending.push(() => redis.dispose())
  return redis
}

/** What is in the stream: ids and lines. */
async function stream({ host, port }: Pick<Server, "host" | "port">): Promise<readonly (readonly [string, string])[]> {
  const client = new Redis({ host, port })
  try {
    const entries = await client.xrange(STREAM, "-", "+")
    return entries.map(([id, fields]) => [id, fields[1] ?? ""] as const)
  } finally {
    client.disconnect()
  }
}

/** Every event of the journal, once and in order; sentinels on a busy machine may name yet another master meanwhile. */
async function expectAll(server: Pick<Server, "host" | "port">, router: SharingRouter): Promise<void> {
  const lines = await router.lines()
  const whole = lines.map((line, i) => [`${i + 1}-0`, line])
  await expect.poll(() => stream(server), { timeout: 20_000, interval: 500 }).toEqual(whole)
}

function append(router: SharingRouter, count: number): number {
  return Array.from({ length: count }, () => router.append().seq).at(-1) ?? 0
}

describe("the stream of a router's journal", () => {
  test("has every event, with its number as its id", async () => {
    const redis = await redisWith()
    const router = await sharing({ redis: redis.url })
    await router.next(published(append(router, 500)))
    await expectAll(redis, router)
  })

  test(
    "is complete however often Redis is killed, and whether or not it keeps anything",
    { timeout: 120_000 },
    async () => {
      const keeping = await redisWith({ appendfsync: "everysec" })
      const forgetting = await redisWith()
      const routers = await Promise.all([keeping, forgetting].map(redis => sharing({ redis: redis.url })))
      const kill = async (redis: Server) => {
        for (let kills = 0; kills < 50; kills++) {
          await sleep(Math.random() * 200)
          await redis.kill()
          await sleep(Math.random() * 50)
          await redis.start()
        }
      }
      const write = async (router: SharingRouter) => {
        let last = 0
        for (let written = 0; written < 2000; written += 20) {
          last = append(router, 20)
          await sleep(150)
        }
        return last
      }
      const kills = [kill(keeping), kill(forgetting)]
      const lasts = await Promise.all(routers.map(write))
      await Promise.all(kills)
      await Promise.all(routers.map((router, i) => router.next(published(lasts[i] ?? 0))))
      for (const [i, redis] of [keeping, forgetting].entries()) if (routers[i]) await expectAll(redis, routers[i])
    },
  )

  test("is written again when Redis is wiped under it", async () => {
    const redis = await redisWith()
    const router = await sharing({ redis: redis.url })
    await router.next(published(append(router, 300)))
    await redis.cli("FLUSHALL")
    await router.next(published(append(router, 5)))
    await expectAll(redis, router)
  })

  test("that was trimmed to nothing is begun anew, though Redis remembers its last id", async () => {
    const redis = await redisWith()
    const router = await sharing({ redis: redis.url })
    await router.next(published(append(router, 10)))
    await redis.cli("XTRIM", STREAM, "MAXLEN", "0")
    await router.next(published(append(router, 1)))
    await expectAll(redis, router)
  })

  test("is written again when Redis is wiped, though nothing happens", async () => {
    const redis = await redisWith()
    const router = await startSharing(shareConfig({ redis: redis.url, ttl: "2s" }), "rtr-a")
    ending.push(() => router.stop())
    await router.next(published(append(router, 20)))
    await redis.cli("FLUSHALL")
    await expectAll(redis, router)
  })

  test("is begun anew when somebody added what no router writes", async () => {
    const redis = await redisWith()
    const router = await sharing({ redis: redis.url })
    await router.next(published(append(router, 10)))
    const stranger = new Redis({ port: redis.port })
    await stranger.xadd(STREAM, "99999-0", "event", "x".repeat(10_000_000))
    stranger.disconnect()
    append(router, 1)
    await expectAll(redis, router)
  })

  test("of two routers of one name is never a mixture that both take for their own", async () => {
    const redis = await redisWith()
    const [a, b] = [await sharing({ redis: redis.url }), await sharing({ redis: redis.url })]
    // The one always a little behind the other, so that their numbers agree.
    for (let i = 0; i < 5; i++) {
      append(a, 1)
      await sleep(25)
      append(b, 1)
      await sleep(25)
    }
    const told = (router: SharingRouter) => router.next(news => news.kind === "bad" || news.kind === "fails")
    await Promise.race([told(a), told(b)])
  })

  test("is begun anew when somebody took its newest entry out", async () => {
    const redis = await redisWith()
    const router = await sharing({ redis: redis.url })
    await router.next(published(append(router, 10)))
    await redis.cli("XDEL", STREAM, "10-0")
    await router.next(published(append(router, 1)))
    await expectAll(redis, router)
  })

  test("is replaced when it is of a journal that is gone", async () => {
    const redis = await redisWith()
    const first = await sharing({ redis: redis.url })
    await first.next(published(append(first, 50)))
    await first.stop()
    const second = await sharing({ redis: redis.url })
    await second.next(published(append(second, 3)))
    await expectAll(redis, second)
  })

  test("goes on where it was after a restart", async () => {
    const redis = await redisWith()
    const router = await sharing({ redis: redis.url })
    await router.next(published(append(router, 7)))
    const before = await redis.cli("INFO", "commandstats")
    await redis.kill()
    await redis.start()
    expect(before).toContain("xadd")
    await router.next(published(append(router, 7)))
    await expectAll(redis, router)
  })

  test("is complete after sentinels name another master", { timeout: 60_000 }, async () => {
    const setup = await startSentinelSetup()
    ending.push(() => setup.dispose())
    const sentinels = setup.sentinels.map(({ host, port }) => `${host}:${port}`)
    const router = await sharing({ sentinels, name: setup.masterName })
    await router.next(published(append(router, 200)))
    append(router, 200)
    const master = await setup.killMaster()
    await router.next(published(append(router, 200)), 30_000)
    await expectAll(master, router)
  })

  test("is complete after a node of the cluster is lost", { timeout: 60_000 }, async () => {
    const cluster = await startCluster()
    ending.push(() => cluster.dispose())
    const router = await sharing({ cluster: cluster.nodes.map(({ host, port }) => `${host}:${port}`) })
    await router.next(published(append(router, 200)))
    append(router, 200)
    await cluster.kill(await cluster.masterOf(STREAM))
    await router.next(published(append(router, 200)), 30_000)
    await expectAll(await cluster.masterOf(STREAM), router)
  })

  test("waits for a Redis that was not there at the start", async () => {
    const redis = await redisWith()
    await redis.kill()
    const router = await sharing({ redis: redis.url })
    const last = append(router, 20)
    await router.next(news => news.kind === "fails")
    await redis.start()
    await router.next(works("writing"))
    await router.next(published(last))
    await expectAll(redis, router)
  })
})
