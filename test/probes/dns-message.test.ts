import { encode, type Answer } from "dns-packet"
import fc from "fast-check"
import { expect, test } from "vitest"
import { answerIn, questionMessage, type Question } from "../../probes/dns-message.ts"

const question: Question = { name: "example.com", type: "A" }
const record: Answer = { type: "A", name: "example.com", ttl: 60, data: "192.0.2.1" }
const id = 4711
const good = encode({ type: "response", id, questions: [question], answers: [record] })

test("a question is one that a name server answers recursively", () => {
  expect(questionMessage(id, question).toString("hex")).toBe(
    "126701000001000000000000076578616d706c6503636f6d0000010001",
  )
})

test("an answer is told with its addresses and how long they are good", () => {
  expect(answerIn(good, id, question)).toEqual({
    rcode: "NOERROR",
    isTruncated: false,
    addresses: [{ address: "192.0.2.1", ttlMs: 60_000 }],
  })
})

test("whatever answers another question is none", () => {
  expect(answerIn(good, id + 1, question)).toBeUndefined()
  expect(answerIn(good, id, { ...question, type: "AAAA" })).toBeUndefined()
  expect(answerIn(good, id, { ...question, name: "example.org" })).toBeUndefined()
  expect(answerIn(questionMessage(id, question), id, question)).toBeUndefined()
})

test("any bytes whatever, and any change of a good answer, are borne", () => {
  const read = (bytes: Uint8Array) => answerIn(Buffer.from(bytes), id, question)
  const isSound = (bytes: Uint8Array) => {
    for (const { address, ttlMs } of read(bytes)?.addresses ?? []) {
      expect(address).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
      expect(ttlMs).toBeGreaterThanOrEqual(0)
    }
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), isSound), { numRuns: 2000 })
  const header = good.subarray(0, 12)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), rest => {
      isSound(Buffer.concat([header, rest]))
    }),
  )
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
      isSound(good.with(at, byte))
    }),
    { numRuns: 2000 },
  )
  for (let length = 0; length < good.length; length++) isSound(good.subarray(0, length))
})
