import { setTimeout as sleep } from "node:timers/promises"
import { expect, test } from "vitest"
import { createDisk } from "../../src/files/disk.ts"

/** Work that ends when it is told to, and says whether it was begun. */
function work() {
  let end: () => void = () => undefined
  const ended = new Promise<string>(resolve => {
    end = () => {
      resolve("done")
    }
  })
  const hanging = {
    begun: 0,
    end,
    run: () => {
      hanging.begun++
      return ended
    },
  }
  return hanging
}

test("work is done in order, one at a time, whatever fails before it", async () => {
  const { inTurn, patiently } = createDisk()
  const [first, second] = [work(), work()]
  const failing = inTurn(() => first.run().then(() => Promise.reject(new Error("full"))))
  const following = patiently(second.run)
  await sleep(1)
  expect([first.begun, second.begun]).toEqual([1, 0])
  first.end()
  second.end()
  await expect(failing).rejects.toThrow("full")
  expect(await following).toBe("done")
})

test("a disk that hangs is waited for a moment, then nothing more is begun until it is back", async () => {
  const { inTurn, patiently } = createDisk(20)
  const [hung, later, patient] = [work(), work(), work()]
  await expect(patiently(hung.run)).rejects.toThrow("has not answered for 0.02 s")
  const startMs = performance.now()
  await expect(patiently(later.run)).rejects.toThrow("has not answered")
  expect(performance.now() - startMs).toBeLessThan(15)
  const waiting = inTurn(patient.run)
  await sleep(30)
  expect([hung.begun, later.begun, patient.begun]).toEqual([1, 0, 0])
  hung.end()
  patient.end()
  expect(await waiting).toBe("done")
  later.end()
  expect(await patiently(later.run)).toBe("done")
})
