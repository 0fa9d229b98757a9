import { once } from "node:events"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { expect, test } from "vitest"
import { orAbort, TooLate, within } from "../../src/alerts/within.ts"

test("time limits outlive collections", async () => {
  setFlagsFromString("--expose-gc")
  const collect = runInNewContext("gc") as () => void
  const collecting = setInterval(collect, 20)
  const reasons = Array.from({ length: 20 }, () =>
    within(200, [new AbortController().signal], async signal => {
      await once(signal, "abort")
      return signal.reason as unknown
    }),
  )
  const found = await Promise.all(reasons)
  clearInterval(collecting)
  expect(found.every(reason => reason instanceof TooLate)).toBe(true)
})

test("any of the signals ends the work, also one that was over before", async () => {
  const controller = new AbortController()
  const ended = within(null, [controller.signal], signal => orAbort(new Promise(() => undefined), signal, "over"))
  controller.abort()
  await expect(ended).rejects.toThrow("over")
  const late = within(null, [controller.signal], signal => orAbort(new Promise(() => undefined), signal, "over"))
  await expect(late).rejects.toThrow("over")
})
