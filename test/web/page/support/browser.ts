import { existsSync } from "node:fs"
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core"

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

/** A new window, as private as a new profile; `prepare` comes before the page's own scripts. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  prepare = "",
): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
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
  return { page, faults, close: () => context.close() }
}
