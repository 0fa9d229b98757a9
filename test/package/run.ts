/**
 * The package on a clean Debian: debootstrap makes one, apt installs the newest package of dist/ there; then `check`,
 * `doctor` and `demo` run, an upgrade and a removal leave the rules as they are, and a purge leaves nothing. Takes
 * minutes. Needs root and debootstrap; says so and ends well without. SUITE names another release than the host's.
 */
import assert from "node:assert/strict"
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { env, exit, geteuid } from "node:process"
import { execa } from "execa"

const REVISION = "9"
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

/** The host's own release, from where the host has it. */
async function sourceOf(suite: string): Promise<string> {
  const words = ["--format", "$(SITE)", "Created-By: Packages", `Codename: ${suite}`]
  const { stdout } = await execa("apt-get", ["indextargets", ...words])
  const [site] = stdout.split("\n").filter(Boolean)
  if (site === undefined) skip(`apt has no source of ${suite} here (apt-get update?)`)
  return site
}

function hostSuite(): string {
  return /^VERSION_CODENAME=(.*)$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "stable"
}

/** Of these packages, all with the same program. */
function packages(): { readonly first: string; readonly second: string } {
  const found = readdirSync("dist").filter(name => name.endsWith(".deb"))
  const second = found.find(name => name.includes(`-${REVISION}_`))
  const first = found.find(name => name !== second)
  assert.ok(first !== undefined && second !== undefined, "both packages are built")
  return { first, second }
}

const suite = env["SUITE"] ?? hostSuite()
const root = mkdtempSync(join(tmpdir(), "evenkeel-debian-"))

/** Processes, network and mounts of its own; they end with the program. `net`: the host's network, for apt. */
function inside(words: readonly string[], network: "own" | "host" = "own") {
  const flags = ["--mount", "--pid", "--uts", "--fork", "--kill-child", ...(network === "own" ? ["--net"] : [])]
  const mounts = 'mount --bind "$1" "$1" && mount -t proc proc "$1/proc" && mount -t sysfs sysfs "$1/sys"'
  const script = `${mounts} && root=$1 && shift && exec chroot "$root" "$@"`
  const plain = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"]
  const kept = Object.entries(env).filter(([name]) => /^(https?|no)_proxy$/i.test(name)).map(([name, value]) => `${name}=${value ?? ""}`)
  return execa("unshare", [...flags, "sh", "-euc", script, "sh", root, ...plain, ...kept, ...words], {
    reject: false,
    stdin: "ignore",
    all: true,
  })
}

async function must(words: readonly string[], network: "own" | "host" = "own"): Promise<string> {
  const { exitCode, all } = await inside(words, network)
  assert.equal(exitCode, 0, `${words.join(" ")}:\n${all}`)
  return all
}

/** Every file and directory but those that any package's coming and going leaves behind. */
async function files(): Promise<readonly string[]> {
  const { stdout } = await execa("find", [root, "-xdev", "-printf", "%P\n"])
  const passing = /^(proc|sys|dev|tmp|root|var\/(cache|log|backups|lib\/(apt|dpkg|systemd)))(\/|$)|^etc\/(passwd|group|shadow|gshadow|subuid|subgid)-$|ld\.so\.cache/
  return stdout.split("\n").filter(name => name !== "" && !passing.test(name)).sort()
}

async function clean(): Promise<void> {
  const site = await sourceOf(suite)
  await execa("debootstrap", ["--variant=minbase", suite, root, site])
  writeFileSync(join(root, "etc/apt/sources.list"), `deb ${site} ${suite} main\n`)
  // A mirror may be frozen: its age is no business of this test.
  const settings = (await execa("apt-config", ["dump", "Acquire::Check-Valid-Until", "Acquire::Check-Date"])).stdout
  writeFileSync(join(root, "etc/apt/apt.conf.d/99host"), settings)
  copyFileSync("/etc/resolv.conf", join(root, "etc/resolv.conf"))
  await must(["apt-get", "-qq", "update"], "host")
  done(`${suite} made by debootstrap`)
}

/** A router as far as rules and routes go: nobody answers on its links. */
const ROUTER = `
  ip link set lo up
  for i in 0 1 2; do ip link add eth$i type dummy; ip addr add 192.168.$i.2/24 dev eth$i; ip link set eth$i up; done
  ip route add default via 192.168.0.1
  rules() { { iptables-save; ip rule; ip route show table all; } | grep -v '^#' | sed 's/\\[[0-9:]*\\]//'; }
`

const CONFIG = `
lan: [eth2]
links:
  - { name: isp1, interface: eth0, mark: 1, weight: 70, gateway: 192.168.0.1 }
  - { name: isp2, interface: eth1, mark: 2, weight: 30, gateway: 192.168.1.1 }
probes: [{ icmp: 1.1.1.1 }, { icmp: 9.9.9.9 }]
`

async function installs(first: string): Promise<void> {
  mkdirSync(join(root, "root"), { recursive: true })
  copyFileSync(join("dist", first), join(root, "root", first))
  await must(["apt-get", "-qq", "install", "-y", "--no-install-recommends", `/root/${first}`], "host")
  const { size } = statSync(join("dist", first))
  done(`${first} installed by apt with what it depends on (${(size / 1e6).toFixed(1)} MB)`)
}

async function runs(): Promise<void> {
  assert.match(await must(["evenkeel", "--version"]), /^\d+\.\d+\.\d+$/m)
  await must(["cp", "/etc/evenkeel/evenkeel.yaml.example", "/etc/evenkeel/evenkeel.yaml"])
  assert.match(await must(["evenkeel", "check"]), /isp1/)
  done("check takes the example for a good configuration")
  writeFileSync(join(root, "etc/evenkeel/evenkeel.yaml"), CONFIG)
  const { all } = await inside(["sh", "-euc", `${ROUTER} evenkeel doctor --json || true`])
  const { findings } = JSON.parse(all) as { findings: readonly { check: string; level: string; text: string }[] }
  for (const check of ["tools", "rights", "ruleset"]) {
    const found = findings.find(finding => finding.check === check)
    if (found !== undefined) assert.equal(found.level, "ok", `${check}: ${found.text}`)
  }
  assert.ok(findings.some(({ level }) => level === "ok"), all)
  done(`doctor judges (${findings.map(({ check, level }) => `${check} ${level}`).join(", ")})`)
  const demo = await must(["evenkeel", "demo"])
  assert.match(demo, /All as it should be/)
  done(`demo: ${/The longest time .*/.exec(demo)?.[0] ?? ""}`)
}

async function keepsRules(first: string, second: string): Promise<void> {
  copyFileSync(join("dist", second), join(root, "root", second))
  const script = `${ROUTER}
    evenkeel apply > /dev/null; rules > /tmp/applied; grep -q LOAD_BALANCE /tmp/applied
    dpkg -i /root/${second} > /dev/null; rules > /tmp/upgraded; cmp /tmp/applied /tmp/upgraded
    dpkg -r evenkeel; rules > /tmp/removed; cmp /tmp/applied /tmp/removed
    dpkg -i /root/${second} > /dev/null; evenkeel teardown > /dev/null
    ! iptables-save | grep -q LOAD_BALANCE`
  const said = await must(["sh", "-euc", script])
  assert.match(said, /the rules stay in force/)
  done(`upgraded from ${first}, removed and installed again: the rules are the same byte for byte; then torn down`)
}

async function leavesNothing(before: readonly string[]): Promise<void> {
  await must(["apt-get", "-qq", "purge", "-y", "evenkeel"], "host")
  assert.equal((await inside(["getent", "passwd", "evenkeel"])).stdout, "")
  await must(["apt-get", "-qq", "autoremove", "--purge", "-y"], "host")
  const after = await files()
  const left = after.filter(name => !before.includes(name))
  const lost = before.filter(name => !after.includes(name))
  assert.deepEqual({ left: left.filter(name => name.includes("evenkeel")), lost }, { left: [], lost: [] })
  done(`purged: nothing is left of it (${left.length} files of packages that it depended on: ${left.join(" ")})`)
}

try {
  await clean()
  const before = await files()
  const { first, second } = packages()
  await installs(first)
  await runs()
  await keepsRules(first, second)
  await leavesNothing(before)
} finally {
  rmSync(root, { recursive: true, force: true })
}
