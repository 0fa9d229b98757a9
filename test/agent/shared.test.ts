import { expect, test } from "vitest"
import { isConnected, NOTHING_SHARED, onNews, type News, type Shared } from "../../src/agent/shared.ts"
import { peer } from "../core/fixtures.ts"

function after(...news: readonly News[]): Shared {
  return news.reduce((shared, each) => onNews(shared, each, 0), NOTHING_SHARED)
}

const writes: News = { kind: "works", half: "writing" }
const reads: News = { kind: "works", half: "reading" }
const full: News = { kind: "fails", half: "writing", error: "OOM" }

test("it is connected when both halves work, and not as soon as one fails", () => {
  expect(isConnected(NOTHING_SHARED)).toBeNull()
  expect(isConnected(after(writes))).toBeNull()
  expect(isConnected(after(writes, reads))).toBe(true)
  expect(isConnected(after(writes, reads, full))).toBe(false)
  expect(after(full).error).toBe("OOM")
})

test("what others say is forgotten when nobody was heard of for too long", () => {
  const heard = after(reads, { kind: "records", site: "home", peers: [peer("rtr-b", "up")] })
  expect(heard.peers.size).toBe(1)
  expect(onNews(heard, { kind: "silence" }, 0).peers.size).toBe(0)
})

test("what tells nothing new changes nothing", () => {
  const shared = after(reads)
  expect(onNews(shared, { kind: "bad", where: "there", why: "nonsense" }, 0)).toBe(shared)
  const change = { router: "rtr-z", site: "home", seq: 1, type: "link.state", link: null }
  expect(onNews(shared, { kind: "changes", changes: [change] }, 0)).toBe(shared)
})
