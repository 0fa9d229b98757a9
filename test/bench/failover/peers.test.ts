import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { missingPackages } from "./peers.ts"

test("names the packages of the programs that are not to be found, or cannot be executed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "peers-"))
  try {
    expect(await missingPackages(folder)).toEqual(["lsm", "keepalived", "iputils-ping"])
    await writeFile(join(folder, "lsm"), "", { mode: 0o755 })
    await writeFile(join(folder, "ping"), "", { mode: 0o644 })
    expect(await missingPackages(`/nowhere:${folder}`)).toEqual(["keepalived", "iputils-ping"])
  } finally {
    await rm(folder, { recursive: true })
  }
})
