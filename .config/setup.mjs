/**
 * Makes a fresh checkout ready: Debian packages, npm packages, the built program. Runs with nothing but Node installed,
 * changes nothing when all is there, and needs root only for Debian packages. With `--browser` it also brings the one that
 * the page is tested in, which no router needs.
 */
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { accessSync, constants, existsSync, readFileSync, writeFileSync } from "node:fs"
import { delimiter, join, resolve } from "node:path"

const root = resolve(import.meta.dirname, "..")
const STAMP = join(root, "node_modules", ".evenkeel-setup")

/**
 * Each program, and Debian's package for it. ping asks in the labs, where nft makes rules that are not iptables'. redis-check-rdb is the Redis server too, by another
 * name: the package redis-server only adds a link to it, and a service that would run from now on. openssl makes the
 * tests' certificates. The last three build raw-socket.
 */
const PROGRAMS = {
  "iptables-restore": "iptables",
  ip: "iproute2",
  conntrack: "conntrack",
  ipset: "ipset",
  sysctl: "procps",
  unshare: "util-linux",
  setpriv: "util-linux",
  stdbuf: "coreutils",
  ping: "iputils-ping",
  nft: "nftables",
  "redis-check-rdb": "redis-tools",
  "redis-cli": "redis-tools",
  openssl: "openssl",
  python3: "python3",
  make: "make",
  "g++": "g++",
}

process.env.PATH = [process.env.PATH, "/usr/sbin", "/sbin"].join(delimiter)

/** Who may not install, or has none to install, tests without it: those of the page then say that they are left out. */
const BROWSER = "chromium"

checkNode()
installDebianPackages()
if (process.argv.includes("--browser")) installBrowser()
installNpmPackages()
build()

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  stop(`evenkeel needs Node 20.19 or newer, and this is ${process.version}.`)
}

function installDebianPackages() {
  const missing = Object.keys(PROGRAMS).filter(program => !isInstalled(program))
  if (missing.length === 0) return
  const packages = [...new Set(missing.map(program => PROGRAMS[program]))]
  const commands = installing(packages)
  if (commands === null)
    stop(
      `Missing: ${missing.join(", ")}. Install them, then run this again:\n  sudo apt-get install -y ${packages.join(" ")}`,
    )
  console.error(`Installing Debian packages: ${packages.join(" ")}`)
  commands.forEach(command => run(command))
}

function installBrowser() {
  if (isInstalled(BROWSER)) return
  const commands = installing([BROWSER])
  if (commands === null) return console.error(`The page is not tested: sudo apt-get install -y ${BROWSER}`)
  console.error(`Installing Debian packages: ${BROWSER}`)
  const isDone = commands.every(([file, ...args]) => spawnSync(file, args, { stdio: ["ignore", 2, 2] }).status === 0)
  if (!isDone) console.error(`The page is not tested: Debian's package ${BROWSER} could not be installed`)
}

/** Null: whoever runs this may not install anything here. */
function installing(packages) {
  const become = process.getuid() === 0 ? [] : isAllowed("sudo", ["-n", "true"]) ? ["sudo", "-n"] : null
  if (become === null || !isInstalled("apt-get")) return null
  const apt = [...become, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
  return [
    [...apt, "update"],
    [...apt, "install", "-y", "--no-install-recommends", ...packages],
  ]
}

/** `npm ci` whenever the lock file is not the one that was installed last. */
function installNpmPackages() {
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex")
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) return
  console.error("Installing npm packages (npm ci)")
  run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], headers())
  writeFileSync(STAMP, wanted)
}

/** Node's own headers, where they came with it: node-gyp would download them otherwise. */
function headers() {
  const prefix = resolve(process.execPath, "../..")
  return existsSync(join(prefix, "include/node/node.h")) ? { npm_config_nodedir: prefix } : {}
}

function build() {
  run(["npm", "run", "--silent", "build"])
}

function run([file, ...args], env = {}) {
  const { status, error } = spawnSync(file, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, ...env },
  })
  if (status !== 0) stop(`${[file, ...args].join(" ")} failed${error ? `: ${error.message}` : ""}.`)
}

function isAllowed(file, args) {
  return spawnSync(file, args, { stdio: "ignore" }).status === 0
}

function isInstalled(program) {
  return process.env.PATH.split(delimiter).some(folder => isExecutable(join(folder, program)))
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function stop(message) {
  console.error(message)
  process.exit(1)
}
