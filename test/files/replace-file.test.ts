import { chown, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { replaceFile } from "../../src/files/replace-file.ts"

let directory = ""
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "evenkeel-files-"))
})
afterAll(() => rm(directory, { recursive: true }))

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

test("a file is replaced as a whole, where it has to be with its directories, and nobody else reads it", async () => {
  const file = join(directory, "a", "b", "state.json")
  await replaceFile(file, "long before")
  await replaceFile(file, "now")
  expect(await readFile(file, "utf8")).toBe("now")
  expect([await modeOf(file), await modeOf(join(directory, "a"))]).toEqual(["640", "750"])
})

/** Any user that root can give things to; in a user namespace there is none. */
const SERVICE = 12_345

async function canGive(): Promise<boolean> {
  const home = join(directory, "service")
  await mkdir(home)
  return chown(home, SERVICE, SERVICE).then(
    () => true,
    () => false,
  )
}

test("what root writes in the directory of a service is the service's own", async context => {
  if (!(await canGive())) context.skip("only root of the whole machine can give files away")
  const home = join(directory, "service")
  const file = join(home, "alerts", "oncall.json")
  await replaceFile(file, "{}")
  const owners = await Promise.all([file, join(home, "alerts")].map(path => stat(path)))
  expect(owners.map(({ uid, gid }) => [uid, gid])).toEqual([
    [SERVICE, SERVICE],
    [SERVICE, SERVICE],
  ])
})

test("no link is followed out of the directory", async () => {
  const [file, target] = [join(directory, "linked.json"), join(directory, "target")]
  await writeFile(target, "not ours")
  await symlink(target, `${file}.new`)
  await expect(replaceFile(file, "{}")).rejects.toThrow("ELOOP")
  expect(await readFile(target, "utf8")).toBe("not ours")
})
