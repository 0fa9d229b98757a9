import { expect, test } from "vitest"
import { changesFor, changesToRemove, isNothing } from "../../src/core/changes.ts"
import { planOfConfig } from "../../src/core/plan.ts"
import { config } from "./fixtures.ts"

const untouched = { saved: new Map(), rules: [], routes: [] }

test("sysctls that links lack are a change, and taking evenkeel away from a router without it is none", () => {
  const lackingSysctls = [{ path: "net/ipv4/conf/eth0/src_valid_mark", value: "1" }]
  const changes = changesFor(config(), planOfConfig(config()), new Map(), { ...untouched, lackingSysctls })
  expect(changes.sysctls).toEqual(lackingSysctls)
  expect(isNothing({ ...changes, ip: [], iptables: "" })).toBe(false)
  expect(isNothing(changesToRemove(untouched))).toBe(true)
})
