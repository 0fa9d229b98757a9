import { chmod, writeFile } from "node:fs/promises"
import { afterEach, describe, expect, test } from "vitest"
import { blackhole } from "../../src/lab/faults.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { untilState } from "./support/journal.ts"
import { twoLinks, withScene } from "./support/scene.ts"
import { WEB, webConfig } from "./support/web.ts"
import { CHROMIUM, hasChromium, openPage, startChromium } from "../web/page/support/browser.ts"

const ending: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

/** A browser on the router itself: what starts it enters the router's namespace first. */
async function browserOn(lab: Lab) {
  const start = `${lab.dir}/chromium`
  await writeFile(start, `#!/bin/sh\nexec nsenter --net=/run/netns/${lab.prefix}-rtr -- ${CHROMIUM} "$@"\n`)
  await chmod(start, 0o755)
  const browser = await startChromium(start)
  ending.push(() => browser.close())
  return browser
}

describe.runIf(hasChromium())("the page of a real router", () => {
  test("drains a link, and shows a failover as it happens", async () => {
    await withScene(twoLinks, { top: { web: webConfig } }, async ({ lab, agent }) => {
      const { page, faults } = await openPage(await browserOn(lab), `http://127.0.0.1:${WEB.port}/`)
      await page.getByText("Both links are up.").waitFor()
      await page.locator(".events li", { hasText: "isp1 unknown → up" }).waitFor()

      await page.getByRole("button", { name: "Enter token" }).click()
      await page.getByLabel("Token").fill(WEB.token)
      await page.getByRole("button", { name: "Use token" }).click()
      await page.getByRole("button", { name: "Drain isp2" }).click()
      await page.getByRole("button", { name: "Drain", exact: true }).click()
      await page.locator(".events li", { hasText: "By hand: isp2 drained" }).waitFor()
      await page.getByRole("button", { name: "Undrain isp2" }).click()
      await page.locator(".events li", { hasText: "isp2 gets new flows again" }).waitFor()

      const down = untilState(agent, "isp1", "down")
      await blackhole(lab, "isp1")
      const { time } = await down
      await page.getByText("isp1 is down.").first().waitFor()
      console.info(`page: a failover is shown ${Date.now() - Date.parse(time)} ms after its event`)
      await page.locator(".events li", { hasText: "isp1 up → down" }).waitFor()
      expect(faults).toEqual([])
    })
  })
})
