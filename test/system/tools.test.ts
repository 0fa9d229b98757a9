import { expect, test } from "vitest"
import { findTools } from "../../src/system/tools.ts"

test("a program on the PATH is found; one that is not is told with its Debian package, where that is known", async () => {
  expect(await findTools(["sh", "conntrack-of-another-world", "xtables-of-another-world"])).toEqual([
    { program: "sh", package: null, found: true },
    { program: "conntrack-of-another-world", package: null, found: false },
    { program: "xtables-of-another-world", package: "iptables", found: false },
  ])
})
