import assert from "node:assert/strict"
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { env } from "node:process"
import { execa } from "execa"

/** A clean Debian in a directory. Commands run in it with processes, mounts and host name of their own. */
export interface Debian {
  readonly root: string
  /** Runs words in it, as root, on a network of their own or the host's (for apt). @throws with what they said if they fail */
  readonly must: (words: readonly string[], network?: Network) => Promise<string>
  /** Whatever the exit code: what they said. */
  readonly may: (words: readonly string[]) => Promise<string>
}

type Network = "own" | "host"

const PLAIN = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"]
const NAMESPACES = ["--mount", "--pid", "--uts", "--fork", "--kill-child"]
const MOUNTS = 'mount --bind "$1" "$1" && mount -t proc proc "$1/proc" && mount -t sysfs sysfs "$1/sys"'
const ENTER = `${MOUNTS} && root=$1 && shift && exec chroot "$root" "$@"`

/** Made by debootstrap from where apt has this machine's own packages; null: apt has no such release. */
export async function cleanDebian(suite: string, root: string): Promise<Debian | null> {
  const site = await siteOf(suite)
  if (site === undefined) return null
  mkdirSync(root)
  await execa("debootstrap", ["--variant=minbase", suite, root, site])
  writeFileSync(join(root, "etc/apt/sources.list"), `deb ${site} ${suite} main\n`)
  // A mirror may be frozen: its age is no business of this test.
  const settings = (await execa("apt-config", ["dump", "Acquire::Check-Valid-Until", "Acquire::Check-Date"])).stdout
  writeFileSync(join(root, "etc/apt/apt.conf.d/99host"), settings)
  copyFileSync("/etc/resolv.conf", join(root, "etc/resolv.conf"))
  const debian = inDirectory(root)
  await debian.must(["apt-get", "-qq", "update"], "host")
  return debian
}

/** The release of this machine. */
export function hostSuite(): string {
  return /^VERSION_CODENAME=(.*)$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "stable"
}

async function siteOf(suite: string): Promise<string | undefined> {
  const words = ["indextargets", "--format", "$(SITE)", "Created-By: Packages", `Codename: ${suite}`]
  return (await execa("apt-get", words)).stdout.split("\n").find(Boolean)
}

function inDirectory(root: string): Debian {
  const kept = Object.entries(env).flatMap(([name, value]) =>
    /^(https?|no)_proxy$/i.test(name) ? [`${name}=${value ?? ""}`] : [],
  )
  const run = (words: readonly string[], network: Network = "own") => {
    const flags = [...NAMESPACES, ...(network === "own" ? ["--net"] : [])]
    const command = ["sh", "-euc", ENTER, "sh", root, ...PLAIN, ...kept, ...words]
    return execa("unshare", [...flags, ...command], { reject: false, stdin: "ignore", all: true })
  }
  return {
    root,
    must: async (words, network) => {
      const { exitCode, all } = await run(words, network)
      assert.equal(exitCode, 0, `${words.join(" ")}:\n${all}`)
      return all
    },
    may: async words => (await run(words)).all,
  }
}
