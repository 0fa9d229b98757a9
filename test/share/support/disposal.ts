import { afterAll, onTestFinished, TestRunner } from "vitest"

type Dispose = () => Promise<void>

const remaining = new Set<Dispose>()

/** When the test is over, however it ended; what was made outside of a test, when its file is. */
export function disposeInTheEnd(dispose: Dispose): void {
  remaining.add(dispose)
  if (TestRunner.getCurrentTest() !== undefined) onTestFinished(dispose)
}

export function forget(dispose: Dispose): void {
  remaining.delete(dispose)
}

// Of the file that imports this one. It also finds what a test began to make before it ran out of time.
afterAll(async () => {
  await Promise.all([...remaining].map(dispose => dispose()))
})
