import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import axe from "axe-core"
import type { AxeResults } from "axe-core"
import type { Browser, Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { buildPage } from "../../../.config/page.mjs"
import { CHROMIUM, hasChromium, openPage, startChromium, type Look, type Watched } from "./support/browser.ts"
import { focused, tabTo } from "./support/keyboard.ts"
import { longestTaskMs, STOPWATCH, timingOf, weighing } from "./support/measure.ts"
import { failedOver, flappingDay, history, link, sample, stateEvent, status, STEP_MS } from "./support/recorded.ts"
import { playRouter, TOKEN, type PlayedRouter } from "./support/router.ts"

const KB = 1000
const PHONE = { viewport: { width: 360, height: 740 } }
const DESK = { viewport: { width: 1280, height: 900 } }

let directory: string
let browser: Browser
const ending: (() => Promise<unknown>)[] = []

type Told = Parameters<typeof playRouter>[1]

async function played(told?: Told): Promise<PlayedRouter> {
  const router = await playRouter(directory, told)
  ending.push(router.stop)
  return router
}

/** The page of a router, once it shows its links. */
async function opened(router: PlayedRouter, look?: Look, prepare?: string): Promise<Watched> {
  const watched = await openPage(browser, router.url, look, prepare)
  ending.push(watched.close)
  await watched.page.locator(".card, #links .empty").first().waitFor()
  return watched
}

const text = async (page: Page, selector: string) =>
  (await page.locator(selector).first().innerText()).replaceAll("\u00a0", " ")

/** By all rules of axe-core, its advice on good habits included, or by one alone. */
async function violations(page: Page, selector = "html", rule?: string): Promise<readonly string[]> {
  const options = { resultTypes: ["violations"], ...(rule !== undefined && { runOnly: [rule] }) }
  const run = `axe.run("${selector}", ${JSON.stringify(options)})`
  const { violations: found } = await page.evaluate<AxeResults>(run)
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ""}`),
  )
}

/** A tab in which this token was entered before. */
const remembering = (token: string) => `;sessionStorage.setItem("evenkeel-token", "${token}");`

describe.runIf(hasChromium())("the page", () => {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "evenkeel-page-"))
    await buildPage(directory)
    browser = await startChromium(CHROMIUM)
  })
  afterEach(async () => {
    for (const end of ending.splice(0).reverse()) await end()
  })
  afterAll(async () => {
    await browser.close()
    await rm(directory, { recursive: true })
  })

  test("is painted and usable within a second, and weighs less than 150 kB", async () => {
    const router = await played()
    const { page, faults } = await opened(router, DESK, STOPWATCH)
    const cold = await timingOf(page)
    const bytes = await weighing(page)
    await page.reload()
    const { firstPaintMs, interactiveMs } = await timingOf(page)
    const kilobytes = [...bytes.values()].reduce((sum, each) => sum + each, 0) / KB
    console.info(
      `page: first paint ${firstPaintMs.toFixed(0)} ms, interactive ${interactiveMs.toFixed(0)} ms ` +
        `(in a new window: ${cold.firstPaintMs.toFixed(0)} and ${cold.interactiveMs.toFixed(0)} ms), ` +
        `${kilobytes.toFixed(1)} kB in ${bytes.size} files`,
    )
    expect([...bytes.keys()].sort()).toEqual(["/", "/assets/page.js", "/assets/style.css"])
    expect(kilobytes).toBeLessThan(150)
    // A second on a machine that does nothing else.
    expect(firstPaintMs).toBeLessThan(3000)
    expect(interactiveMs).toBeLessThan(3000)
    expect(faults).toEqual([])
  })

  test.each([
    ["a phone", PHONE],
    ["a desk", DESK],
  ])("has nothing that axe-core finds fault with, light or dark, on %s", async (_, size) => {
    const router = await played()
    const { page, faults } = await opened(router, size, axe.source)
    router.show(failedOver(router.status(), Date.now()))
    await page.locator(".state.down").first().waitFor()
    await page.locator("summary").first().click()
    await page.locator(".evidence").waitFor()
    // In the dark the page differs by its colours alone.
    for (const [colorScheme, rule] of [
      ["light", undefined],
      ["dark", "color-contrast"],
    ] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await violations(page, "html", rule)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(size.viewport.width)
      await page.getByRole("button", { name: "Enter token" }).click()
      expect(await violations(page, "dialog", rule)).toEqual([])
      await page.getByRole("button", { name: "Cancel" }).click()
    }
    expect(faults).toEqual([])
  })

  test("shows a failover as it happens, and tells a screen reader of it", async () => {
    const router = await played()
    const { page, faults } = await opened(router)
    expect(await text(page, "#headline")).toBe("Both links are up. New flows: isp1 70 %, isp2 30 %.")
    await page.locator(".events li").first().waitFor()
    router.show(failedOver(router.status(), Date.now()))
    router.tell(stateEvent("isp1", "up", "down", "no target answered for 1.0 s"))
    router.sample(sample(router.status().links, Date.now() + STEP_MS))
    await page.locator(".events li").first().filter({ hasText: "isp1 up → down" }).waitFor()
    expect(await text(page, "#headline")).toBe("isp1 is down. New flows: isp2 100 %.")
    expect(await text(page, ".card .state")).toBe("▼ down")
    expect(await text(page, ".split li")).toContain("now · 70 % configured")
    expect(await page.locator("#announcer").textContent()).toBe(
      "isp1 is down: no target answered for 1.0 s. New flows: isp2 100 %.",
    )
    await page.locator('.strip canvas[aria-label*="isp1"][aria-label*="2 outages"]').waitFor()
    expect(await page.title()).toBe("▼ rtr-a · evenkeel")
    expect(faults).toEqual([])
  })

  test("says at once that the router is gone, and catches up when it is back", async () => {
    const router = await played()
    const { page } = await opened(router)
    await page.locator(".events li").first().waitFor()
    await router.vanish()
    await page.locator("#lost", { hasText: "Not connected since" }).waitFor({ timeout: 2000 })
    expect(await text(page, "#connection")).toBe("▼ not connected")
    router.tell(stateEvent("isp2", "up", "down", "no carrier"))
    await router.comeBack()
    await page.locator(".events li", { hasText: "isp2 up → down: no carrier" }).waitFor()
    expect(await page.locator("#lost").isHidden()).toBe(true)
    expect(await text(page, "#connection")).toBe("▲ live")
  })

  test("is watched for tasks that hold it up: one that does is seen", async () => {
    const { page } = await opened(await played(), DESK, STOPWATCH)
    const sinceMs = await page.evaluate(() => performance.now())
    await page.evaluate(
      () =>
        new Promise<void>(resolve => {
          setTimeout(() => {
            const endMs = performance.now() + 120
            while (performance.now() < endMs);
            setTimeout(resolve, 100)
          })
        }),
    )
    expect(await longestTaskMs(page, sinceMs)).toBeGreaterThanOrEqual(120)
  })

  test("stays quick with 5,000 events of a day and eight series of an hour", async () => {
    const nowMs = Date.now()
    const router = await played({ events: flappingDay(5000, nowMs) })
    expect(history(router.status().links, nowMs).series).toHaveLength(8)
    const { page, faults } = await opened(router, DESK, STOPWATCH)
    const { interactiveMs } = await timingOf(page)
    expect(await page.locator(".events li").count()).toBe(50)
    const sinceMs = await page.evaluate(() => performance.now())
    await page.getByRole("button", { name: "50 more of 4950" }).click()
    await page.locator(".events li").nth(99).waitFor()
    await page.mouse.move(600, 500)
    for (let i = 0; i < 10; i++) await page.mouse.wheel(0, 400)
    router.show(failedOver(router.status(), nowMs))
    router.tell(stateEvent("isp1", "up", "down", "no target answered for 1.0 s"))
    router.sample(sample(router.status().links, nowMs + STEP_MS))
    await page.locator(".events li").first().filter({ hasText: "isp1 up → down" }).waitFor()
    const longestMs = await longestTaskMs(page, sinceMs)
    console.info(
      `page, 5,000 events: interactive ${interactiveMs.toFixed(0)} ms, longest task ${longestMs.toFixed(0)} ms`,
    )
    expect(interactiveMs).toBeLessThan(5000)
    expect(longestMs).toBeLessThan(500)
    expect(faults).toEqual([])
  })

  test("is steered by the keyboard alone: token, drain, undrain, weight", async () => {
    const router = await played()
    const { page, faults } = await opened(router)
    await tabTo(page, "Enter token …")
    await page.keyboard.press("Enter")
    await page.keyboard.type(TOKEN)
    await page.keyboard.press("Enter")
    await page.getByRole("button", { name: "Drain isp1" }).waitFor()
    await expect.poll(() => focused(page)).toEqual({ words: "Forget token", isShown: true })
    await tabTo(page, "Drain isp1 …")
    await page.keyboard.press("Enter")
    await tabTo(page, "Drain")
    await page.keyboard.press("Enter")
    await page.locator(".card .flags", { hasText: "drained" }).waitFor()
    // The dialog's close event, which gives the focus back, may come after the link's new state.
    await expect.poll(() => focused(page)).toEqual({ words: "Undrain isp1", isShown: true })
    await page.keyboard.press("Enter")
    await page.getByRole("button", { name: "Drain isp1" }).waitFor()
    await tabTo(page, "Weight of isp1 …")
    await page.keyboard.press("Enter")
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.type("20")
    await page.keyboard.press("Enter")
    await page.locator(".card .said", { hasText: "weight done" }).waitFor()
    expect(router.orders).toEqual([
      { name: "isp1", what: "drain", method: "POST", for: "2h" },
      { name: "isp1", what: "drain", method: "DELETE" },
      { name: "isp1", what: "weight", method: "PUT", weight: 20 },
    ])
    expect(faults).toEqual([])
  })

  test("lets charts be read step by step with arrow keys", async () => {
    const { page } = await opened(await played())
    await tabTo(page, /isp1: RTT and loss/)
    expect(await text(page, ".targets th")).toBe("Target, now")
    await page.keyboard.press("ArrowLeft")
    await page.locator(".targets th", { hasText: "Target, at" }).first().waitFor()
    expect(await page.locator(".charts").first().getAttribute("aria-valuenow")).toBe("718")
  })

  test("asks again before the last usable link is drained", async () => {
    const nowMs = Date.now()
    const router = await played({ status: failedOver(status(nowMs), nowMs) })
    const { page } = await opened(router, DESK, axe.source + remembering(TOKEN))
    await page.getByRole("button", { name: "Drain isp2" }).click()
    await page.getByRole("button", { name: "Drain", exact: true }).click()
    await page.locator("dialog .trouble", { hasText: "isp2 is the last one" }).waitFor()
    expect(await violations(page)).toEqual([])
    expect(router.orders).toEqual([])
    await page.getByRole("button", { name: "Drain it anyway" }).click()
    await page.locator(".card .flags", { hasText: "drained" }).waitFor()
    expect(router.orders).toEqual([{ name: "isp2", what: "drain", method: "POST", for: "2h", force: true }])
  })

  test("only shows without a token, keeps none that is wrong, and none longer than the tab", async () => {
    const { page } = await opened(await played())
    expect(await page.locator(".card button:visible").count()).toBe(0)
    await page.getByRole("button", { name: "Enter token" }).click()
    await page.getByLabel("Token").fill("wrong")
    await page.getByRole("button", { name: "Use token" }).click()
    await page.locator("dialog .trouble", { hasText: "this is not the token" }).waitFor()
    await page.getByRole("button", { name: "Cancel" }).click()
    const kept = () => page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie])
    expect(await kept()).toEqual([0, 0, ""])
  })

  test("forgets a token that the router no longer takes", async () => {
    const { page } = await opened(await played(), DESK, remembering("of last week"))
    await page.getByRole("button", { name: "Enter token" }).waitFor()
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
  })

  test("is read without colours: each state has a word and a shape of its own", async () => {
    const nowMs = Date.now()
    const states = ["up", "degraded", "down", "unknown"] as const
    const links = states.map((state, i) => link(`isp${i + 1}`, nowMs, { state, damped: i === 2, drained: i === 1 }))
    const { page } = await opened(await played({ status: status(nowMs, { links }) }), { forcedColors: "active" })
    expect(await page.locator(".card h3 + span").allInnerTexts()).toEqual([
      "▲ up",
      "drained ◐ degraded",
      "damped ▼ down",
      "– unknown",
    ])
  })

  test("says why a link is in its state", async () => {
    const { page } = await opened(await played())
    await page.getByText("Why is isp1 in this state?").click()
    await page.locator(".evidence").waitFor()
    expect(await text(page, ".why-body")).toContain("It goes down when no target answers for 1.0 s")
    expect(await text(page, ".evidence")).toMatch(/Last answer\s+1\.1 s ago\s+70\.0 ms ago\s+1\.0 s/)
  })

  test("takes words from outside for words, whatever is in them", async () => {
    const nowMs = Date.now()
    const evil = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    const one = link("isp1", nowMs, { reason: evil, state: "down", line: evil })
    const router = await played({ status: status(nowMs, { links: [one], router: evil }) })
    const { page, faults } = await opened(router)
    router.tell(stateEvent("isp1", "up", "down", evil))
    await page.locator(".events li", { hasText: evil }).waitFor()
    expect(await text(page, ".reason")).toContain(evil)
    expect(await page.locator("img, body script").count()).toBe(0)
    expect(faults).toEqual([])
  })

  test("says so where there is nothing to show", async () => {
    const nowMs = Date.now()
    const nothing = { links: [], peers: [], share: { connected: false, lag: null, error: null } }
    const { page, faults } = await opened(
      await played({ status: status(nowMs, nothing), events: [], history: history([], nowMs, 0) }),
    )
    await page.getByText("Nothing happened in the last 24 h.").waitFor()
    expect(await text(page, "#links")).toBe("No links are known.")
    expect(await text(page, "#peers .empty")).toBe("This router shares nothing: its configuration has no share.")
    expect(faults).toEqual([])
  })
})
