import type { Page } from "playwright-core"

/** More stops than the page has. */
const MOST = 80

/** Presses Tab until what has the focus bears the name; every stop on the way has to show that it has the focus. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let i = 0; i < MOST; i++) {
    await page.keyboard.press("Tab")
    const { words, isShown } = await focused(page)
    if (!isShown) throw new Error(`nothing shows that ${words} has the focus`)
    if (typeof name === "string" ? words === name : name.test(words)) return
  }
  throw new Error(`Tab does not lead to ${String(name)}`)
}

interface Focused {
  readonly words: string
  /** By an outline. */
  readonly isShown: boolean
}

export function focused(page: Page): Promise<Focused> {
  return page.evaluate(() => {
    const element = document.activeElement
    if (!(element instanceof HTMLElement) || element === document.body) return { words: "nothing", isShown: true }
    const labels = "labels" in element ? [...(element.labels as NodeListOf<HTMLElement>)] : []
    const label = element.getAttribute("aria-label") ?? labels[0]?.firstChild?.textContent ?? element.textContent
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    return { words: label.trim(), isShown: outlineStyle !== "none" && outlineWidth !== "0px" }
  })
}
