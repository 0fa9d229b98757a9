interface Allowance {
  readonly most: number
  readonly everyMs: number
}

/** A gate that lets so many pass in a time, and the same thing only once in it; what has no name is never the same. */
export function seldom({ most, everyMs }: Allowance, now = () => performance.now()): (thing?: string) => boolean {
  let sinceMs = -Infinity
  let passed: (string | undefined)[] = []
  return thing => {
    if (now() - sinceMs >= everyMs) {
      sinceMs = now()
      passed = []
    }
    if (passed.length >= most || (thing !== undefined && passed.includes(thing))) return false
    passed.push(thing)
    return true
  }
}
