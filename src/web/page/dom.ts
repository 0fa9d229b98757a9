type Child = Node | string | null

/** What an element is made with. `on` are event handlers by name; all else are attributes, left out where null. */
interface Traits {
  readonly class?: string
  readonly text?: string
  readonly on?: Readonly<Record<string, (event: Event) => void>>
  readonly [attribute: string]: unknown
}

/** Makes an element. Text is only ever text: nothing that came from outside is read as HTML. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  traits: Traits = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  const { text, on = {}, ...attributes } = traits
  if (text !== undefined) element.textContent = text
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value)
  for (const [name, handle] of Object.entries(on)) element.addEventListener(name, handle)
  element.append(...children.filter(child => child !== null))
  return element
}

function setAttribute(element: Element, name: string, value: unknown): void {
  if (typeof value === "string" || typeof value === "number") element.setAttribute(name, String(value))
}

/** Writes only what differs: screen readers and the browser's layout are left alone otherwise. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

export function setAttributeOnce(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value)
}

/** @throws when the document has no such element: then page and document do not belong together. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`index.html has no #${id}`)
  return element
}

/** One call of `act` before the next frame is drawn, however often it is asked for. */
export function oncePerFrame(act: () => void): () => void {
  let isDue = false
  return () => {
    if (isDue) return
    isDue = true
    requestAnimationFrame(() => {
      isDue = false
      act()
    })
  }
}
