import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { nameServers } from "../../probes/name-servers.ts"

const dir = mkdtempSync(join(tmpdir(), "evenkeel-resolv-"))
const file = join(dir, "resolv.conf")

afterAll(() => {
  rmSync(dir, { recursive: true })
})

test("name servers are those of resolv.conf that are not on this router, whatever else is in it", () => {
  const lines = ["# nameserver 1.1.1.1", "search lan", "nameserver 127.0.0.53", "nameserver\t9.9.9.9", "nameserver ::1"]
  writeFileSync(
    file,
    [...lines, "nameserver fe80::1%eth0", "nameserver 2620:fe::fe # Quad9", "nameserver x"].join("\n"),
  )
  expect(nameServers(file).map(({ address, port }) => `${address} ${port}`)).toEqual(["9.9.9.9 53", "2620:fe::fe 53"])
})

test("without the file there are none", () => {
  expect(nameServers(join(dir, "missing"))).toEqual([])
})
