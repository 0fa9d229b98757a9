/**
 * Builds dist/evenkeel_VERSION_ARCHITECTURE.deb of the built program.
 * The same input gives the same package: its times are those of the last commit, or SOURCE_DATE_EPOCH.
 */
import { readFileSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { env, execPath } from "node:process"
import { execa } from "execa"
import { version } from "../src/version.ts"
import { controlText, debianVersion, glibcOf } from "./control.ts"
import { bytesBelow, filesBelow, put, stage } from "./stage.ts"
import { textsOf } from "./texts.ts"

const root = dirname(createRequire(import.meta.url).resolve("evenkeel/package.json"))
const staging = join(root, "dist/package")

async function build(): Promise<string> {
  await refuseSplitNode()
  const epoch = await sourceEpoch()
  const date = new Date(Number(epoch) * 1000).toISOString().slice(0, 10)
  const { stdout: architecture } = await execa("dpkg", ["--print-architecture"])
  rmSync(staging, { recursive: true, force: true })
  stage(root, staging, await textsOf(help, version, date))
  const control = controlText({ version, architecture, glibc: glibc(), installedBytes: bytesBelow(staging) })
  put(join(staging, "DEBIAN/control"), control)
  await execa("chmod", ["-R", "u=rwX,go=rX", staging])
  const deb = join(root, "dist", `evenkeel_${debianVersion(version)}_${architecture}.deb`)
  const args = ["--root-owner-group", "-Zxz", "-z1", "--build", staging, deb]
  await execa("dpkg-deb", args, { env: { SOURCE_DATE_EPOCH: epoch }, stderr: "inherit" })
  rmSync(staging, { recursive: true })
  return deb
}

async function help(words: readonly string[]): Promise<string> {
  return (await execa(execPath, [join(root, "dist/src/main.js"), ...words, "--help"])).stdout
}

function glibc(): string {
  const binaries = filesBelow(staging).filter(file => /\.node$|\/bin\/node$/.test(file))
  return glibcOf(binaries.map(file => readFileSync(join(staging, file))))
}

/** Debian's own node is a small program in front of a large library, which the package would not hold. */
async function refuseSplitNode(): Promise<void> {
  const { stdout } = await execa("ldd", [execPath])
  if (!stdout.includes("libnode")) return
  throw new Error(`${execPath} is not whole without libnode: build the package with a Node from nodejs.org`)
}

/** Of the last commit; of now where there is no repository. */
async function sourceEpoch(): Promise<string> {
  const given = env["SOURCE_DATE_EPOCH"]
  if (given !== undefined && /^\d+$/.test(given)) return given
  const { stdout, failed } = await execa("git", ["log", "-1", "--format=%ct"], { cwd: root, reject: false })
  return failed ? String(Math.floor(Date.now() / 1000)) : stdout
}

console.log(await build())
