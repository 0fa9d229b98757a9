const KEY = "evenkeel-token"
const changes = new EventTarget()

/** What allows to steer: kept until the tab is closed, and nowhere else. */
export const token = {
  get value(): string | null {
    return sessionStorage.getItem(KEY)
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
