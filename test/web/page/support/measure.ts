import type { Page } from "playwright-core"

/** Runs before the page: notes when it can be used, and every task that held it up. */
export const STOPWATCH = `
  window.figures = { tasks: [], usableMs: null }
  new PerformanceObserver(list => {
    for (const { startTime, duration } of list.getEntries()) figures.tasks.push({ startTime, duration })
  }).observe({ type: "longtask", buffered: true })
  new MutationObserver((_, observer) => {
    if (document.querySelector(".card .chart canvas") === null) return
    figures.usableMs = performance.now()
    observer.disconnect()
  }).observe(document, { childList: true, subtree: true })
`

interface Figures {
  readonly tasks: readonly { readonly startTime: number; readonly duration: number }[]
  readonly usableMs: number | null
}

declare global {
  interface Window {
    readonly figures: Figures
  }
}

/** Milliseconds since the page was asked for. */
interface Timing {
  readonly firstPaintMs: number
  /** Links and charts are there, and no long task (50 ms or more) runs any more. */
  readonly interactiveMs: number
}

/** Once it has been quiet for a while. */
export async function timingOf(page: Page): Promise<Timing> {
  await page.waitForFunction(() => window.figures.usableMs !== null)
  await page.waitForTimeout(500)
  return page.evaluate(() => {
    const { tasks, usableMs } = window.figures
    const firstPaintMs = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Infinity
    const loading = tasks.filter(({ startTime }) => startTime < (usableMs ?? 0) + 300)
    const busyUntilMs = Math.max(0, ...loading.map(({ startTime, duration }) => startTime + duration))
    return { firstPaintMs, interactiveMs: Math.max(usableMs ?? Infinity, busyUntilMs) }
  })
}

/** The longest task since `sinceMs` of the page's own clock; 0: none was long. */
export function longestTaskMs(page: Page, sinceMs: number): Promise<number> {
  return page.evaluate(
    since =>
      Math.max(
        0,
        ...window.figures.tasks.filter(({ startTime }) => startTime >= since).map(({ duration }) => duration),
      ),
    sinceMs,
  )
}

/** What comes over the wire for each of the page's files, with its headers. */
export async function weighing(page: Page): Promise<ReadonlyMap<string, number>> {
  const session = await page.context().newCDPSession(page)
  await session.send("Network.enable")
  const [names, bytes] = [new Map<string, string>(), new Map<string, number>()]
  session.on("Network.requestWillBeSent", ({ requestId, request }) => {
    names.set(requestId, new URL(request.url).pathname)
  })
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const name = names.get(requestId) ?? ""
    if (name === "/" || name.startsWith("/assets/")) bytes.set(name, encodedDataLength)
  })
  return bytes
}
