const KEY = "evenkeel-token"
const changes = new EventTarget()

/** What allows to steer: kept until the tab is closed, and nowhere else. */
export const token = {
  /** Null: there is none, or this browser keeps nothing for anybody. */
  get value(): string | null {
    try {
      return sessionStorage.getItem(KEY)
    } catch {
      return null
    }
  },
  keep(value: string): void {
    sessionStorage.setItem(KEY, value)
    changes.dispatchEvent(new Event("change"))
  },
  forget(): void {
    sessionStorage.removeItem(KEY)
    changes.dispatchEvent(new Event("change"))
  },
  onChange(act: () => void): void {
    changes.addEventListener("change", act)
  },
}
