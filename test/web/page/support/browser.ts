import { existsSync } from "node:fs"
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core"

export const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium"

/** In CI the lack of it is a failure; elsewhere the tests are left out, and say so. */
export function hasChromium(): boolean {
  if (existsSync(CHROMIUM)) return true
  if (process.env["CI"] !== undefined) throw new Error(`there is no ${CHROMIUM}: node .config/setup.mjs --browser`)
  console.warn(`Tests of the page are left out: there is no ${CHROMIUM}. Install Debian's package chromium.`)
  return false
}

/** Nothing but this machine can be reached from it. `executablePath`: what starts it. */
export function startChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      // To start a process for each window takes longer than most tests.
      "--process-per-site",
      "--renderer-process-limit=1",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  })
}

/** What went wrong on a page: each of it is a failure of the test. */
export interface Watched {
  readonly page: Page
  /** Console errors, exceptions, and requests to others than the page's own router. */
  readonly faults: string[]
  readonly close: () => Promise<void>
}

export interface Look {
  readonly viewport?: { readonly width: number; readonly height: number }
  readonly forcedColors?: "active"
}

/** All windows share a profile: each router has a port of its own, so an origin and a storage too. */
async function profileOf(browser: Browser): Promise<BrowserContext> {
  const [known] = browser.contexts()
  if (known !== undefined) return known
  const profile = await browser.newContext()
  // Never closed, so that the process outlives each test's own window.
  await profile.newPage()
  return profile
}

/** A new window; `prepare` comes before the page's own scripts. */
export async function openPage(browser: Browser, url: string, look: Look = {}, prepare = ""): Promise<Watched> {
  const { viewport = { width: 1280, height: 900 }, forcedColors = null } = look
  const page = await (await profileOf(browser)).newPage()
  await page.setViewportSize(viewport)
  await page.emulateMedia({ forcedColors })
  const faults: string[] = []
  page.on("console", message => {
    if (message.type() === "error") faults.push(message.text())
  })
  page.on("pageerror", error => faults.push(error.message))
  page.on("request", request => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:")) faults.push(`asked ${request.url()}`)
  })
  if (prepare !== "") await page.addInitScript(prepare)
  await page.goto(url)
  return { page, faults, close: () => page.close() }
}
