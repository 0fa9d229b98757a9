/**
 * The package on a clean Debian: debootstrap makes one, apt installs the newest package of dist/ there; then `check`,
 * `doctor` and `demo` run, an upgrade and a removal leave the rules as they are, and a purge leaves nothing; and a real
 * systemd runs the service. Takes minutes. Needs root and debootstrap; says so and ends well without. SUITE names another release than the host's.
 */
import assert from "node:assert/strict"
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process, { env, exit, geteuid } from "node:process"
import { execa } from "execa"
import { serviceWorks } from "./booted.ts"
import { cleanDebian, hostSuite, type Debian } from "./debian.ts"
import { CONFIG, ROUTER } from "./router.ts"

const started = performance.now()

if (geteuid?.() !== 0) skip("only root may make a system of its own (sudo npm run test:package)")
if ((await execa("debootstrap", ["--version"], { reject: false })).failed)
  skip("debootstrap is not installed (sudo apt-get install debootstrap)")

function skip(why: string): never {
  console.log(`Skipped: ${why}`)
  exit(0)
}

function seconds(): string {
  return `${((performance.now() - started) / 1000).toFixed(0)} s`
}

function done(what: string): void {
  console.log(`✔ ${seconds()}: ${what}`)
}

/** The package, and the same one as a newer version. */
async function packages(): Promise<{ readonly first: string; readonly second: string }> {
  const name = readdirSync("dist").find(name => name.endsWith(".deb"))
  assert.ok(name !== undefined, "the package is built (npm run package)")
  const [first, second, contents] = ["first.deb", "second.deb", "contents"].map(name => join(scratch, name)) as [
    string,
    string,
    string,
  ]
  copyFileSync(join("dist", name), first)
  await execa("dpkg-deb", ["--raw-extract", first, contents])
  const control = join(contents, "DEBIAN/control")
  writeFileSync(control, readFileSync(control, "utf8").replace(/^(Version: .*)$/m, "$1+newer"))
  await execa("dpkg-deb", ["-Znone", "--root-owner-group", "--build", contents, second])
  return { first, second }
}

const suite = env["SUITE"] ?? hostSuite()
const scratch = mkdtempSync(join(tmpdir(), "evenkeel-package-"))
const root = join(scratch, "debian")
process.on("exit", () => {
  rmSync(scratch, { recursive: true, force: true })
})

/** Every file and directory but those that any package's coming and going leaves behind. */
async function files(): Promise<readonly string[]> {
  const { stdout } = await execa("find", [root, "-xdev", "-printf", "%P\n"])
  const passing =
    /^(proc|sys|dev|tmp|root|var\/(cache|log|backups|lib\/(apt|dpkg|systemd)))(\/|$)|^etc\/(passwd|group|shadow|gshadow|subuid|subgid)-$|ld\.so\.cache/
  return stdout
    .split("\n")
    .filter(name => name !== "" && !passing.test(name))
    .sort()
}

async function installs({ must }: Debian, first: string): Promise<void> {
  copyFileSync(first, join(root, "root/evenkeel.deb"))
  await must(["apt-get", "-qq", "install", "-y", "--no-install-recommends", "/root/evenkeel.deb"], "host")
  done(`installed by apt with what it depends on (${(statSync(first).size / 1e6).toFixed(1)} MB)`)
}

async function runs({ must, may }: Debian): Promise<void> {
  assert.match(await must(["evenkeel", "--version"]), /^\d+\.\d+\.\d+$/m)
  await must(["cp", "/etc/evenkeel/evenkeel.yaml.example", "/etc/evenkeel/evenkeel.yaml"])
  assert.match(await must(["evenkeel", "check"]), /isp1/)
  done("check takes the example for a good configuration")
  writeFileSync(join(root, "etc/evenkeel/evenkeel.yaml"), CONFIG)
  const all = await may(["sh", "-euc", `${ROUTER} evenkeel doctor --json || true`])
  const { findings } = JSON.parse(all) as { findings: readonly { check: string; level: string; text: string }[] }
  for (const check of ["tools", "rights", "ruleset"]) {
    const found = findings.find(finding => finding.check === check)
    if (found !== undefined) assert.equal(found.level, "ok", `${check}: ${found.text}`)
  }
  assert.ok(
    findings.some(({ level }) => level === "ok"),
    all,
  )
  done(`doctor judges (${findings.map(({ check, level }) => `${check} ${level}`).join(", ")})`)
  const demo = await must(["evenkeel", "demo"])
  assert.match(demo, /All as it should be/)
  done(`demo: ${/The longest time .*/.exec(demo)?.[0] ?? ""}`)
}

async function keepsRules({ must }: Debian, second: string): Promise<void> {
  copyFileSync(second, join(root, "root/newer.deb"))
  const script = `${ROUTER}
    evenkeel apply > /dev/null; rules > /tmp/applied; grep -q LOAD_BALANCE /tmp/applied
    dpkg -i /root/newer.deb > /dev/null; rules > /tmp/upgraded; cmp /tmp/applied /tmp/upgraded
    dpkg -r evenkeel; rules > /tmp/removed; cmp /tmp/applied /tmp/removed
    dpkg -i /root/newer.deb > /dev/null; evenkeel teardown > /dev/null
    ! iptables-save | grep -q LOAD_BALANCE`
  const said = await must(["sh", "-euc", script])
  assert.match(said, /the rules stay in force/)
  done("upgraded, removed and installed again: the rules are the same byte for byte; then torn down")
}

async function leavesNothing({ must, may }: Debian, before: readonly string[]): Promise<void> {
  await must(["apt-get", "-qq", "purge", "-y", "evenkeel"], "host")
  assert.equal(await may(["getent", "passwd", "evenkeel"]), "")
  await must(["apt-get", "-qq", "autoremove", "--purge", "-y"], "host")
  const after = await files()
  const left = after.filter(name => !before.includes(name))
  const lost = before.filter(name => !after.includes(name))
  assert.deepEqual({ left: left.filter(name => name.includes("evenkeel")), lost }, { left: [], lost: [] })
  done(`purged: nothing is left of it (${left.length} files of packages that it depended on: ${left.join(" ")})`)
}

const debian = await cleanDebian(suite, root)
if (debian === null) skip(`apt has no source of ${suite} here (apt-get update?)`)
done(`${suite} made by debootstrap`)
const before = await files()
const { first, second } = await packages()
await installs(debian, first)
await runs(debian)
await keepsRules(debian, second)
await leavesNothing(debian, before)
await serviceWorks(debian, first, done)
