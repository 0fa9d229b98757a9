import { expect, test } from "vitest"
import { refuseWithoutRights } from "../../src/agent/desk.ts"

test("an agent without the rights to do its work says which it lacks and how to get them", () => {
  expect(() => {
    refuseWithoutRights({ netAdmin: false, netRaw: true })
  }).toThrow("this process lacks CAP_NET_ADMIN: run it as root: sudo evenkeel run")
  expect(() => {
    refuseWithoutRights({ netAdmin: false, netRaw: false })
  }).toThrow("lacks CAP_NET_ADMIN and CAP_NET_RAW")
})

test("both rights are enough, whoever the user is", () => {
  expect(() => {
    refuseWithoutRights({ netAdmin: true, netRaw: true })
  }).not.toThrow()
})
