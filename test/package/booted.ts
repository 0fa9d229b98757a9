import assert from "node:assert/strict"
import { copyFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { execa } from "execa"
import { until } from "../share/support/until.ts"
import type { Debian } from "./debian.ts"
import { CONFIG, ROUTER } from "./router.ts"

/** systemd as process 1 of a system whose root is this directory: not a chroot, in which no user namespace may be made. */
const BOOT = `
  mount --bind "$1" "$1"
  cd "$1"
  mount -t proc proc proc
  mount -t sysfs sysfs sys
  mount -t tmpfs -o mode=755 tmpfs run
  mount -t cgroup2 cgroup2 sys/fs/cgroup
  mkdir -p mnt/old
  pivot_root . mnt/old
  exec env -i container=lxc PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot . \\
    sh -c "umount -l /mnt/old; exec /lib/systemd/systemd --log-target=null"`

const NAMESPACES = ["--mount", "--pid", "--net", "--uts", "--ipc", "--cgroup", "--fork", "--kill-child"]

/** Boots the system, acts on it, and ends it. `on` runs words there, and fails with what they said. */
async function booted(root: string, act: (on: On) => Promise<void>): Promise<void> {
  const machine = execa("unshare", [...NAMESPACES, "sh", "-euc", BOOT, "sh", root], { reject: false, stdio: "ignore" })
  try {
    const on: On = async (...words) => {
      const { stdout: init } = await execa("ps", ["-o", "pid=", "--ppid", String(machine.pid)])
      const inside = ["--target", init.trim(), "--all", "--root", "--wd"]
      const plain = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "SYSTEMD_PAGER="]
      const { exitCode, all } = await execa("nsenter", [...inside, ...plain, ...words], {
        reject: false,
        all: true,
        stdin: "ignore",
        timeout: 60_000,
      })
      assert.equal(exitCode, 0, `${words.join(" ")}:\n${all}`)
      return all
    }
    await until("systemd runs", async () => (await on("systemctl", "is-system-running")) === "running")
    await act(on)
  } finally {
    machine.kill("SIGKILL")
    await machine
  }
}

type On = (...words: readonly string[]) => Promise<string>

/** The service by a real systemd, from the package at `deb`, on a system that has no evenkeel yet. */
export async function serviceWorks(debian: Debian, deb: string, done: (what: string) => void): Promise<void> {
  copyFileSync(deb, join(debian.root, "root/evenkeel.deb"))
  const wanted = ["systemd-sysv", "dbus", "/root/evenkeel.deb"]
  await debian.must(["apt-get", "-qq", "install", "-y", "--no-install-recommends", ...wanted], "host")
  await booted(debian.root, async on => {
    await on("sh", "-euc", ROUTER)
    assert.equal(await on("sh", "-c", "systemctl is-active evenkeel || true"), "inactive")
    writeFileSync(join(debian.root, "etc/evenkeel/evenkeel.yaml"), CONFIG)
    await on("systemctl", "enable", "--now", "evenkeel")
    assert.match(await rulesOn(on), /-A LOAD_BALANCE/)
    await isSound(on)
    done("started by systemd: its rules stand by then, and nothing is refused to it")
    await steeredByGroup(on)
    await on("systemctl", "reload", "evenkeel")
    assert.match(await on("evenkeel", "events"), /config\.reloaded/)
    done("reloaded; asked and steered by an ordinary user of its group")
    await survivesHang(on, done)
    const before = await rulesOn(on)
    await on("systemctl", "stop", "evenkeel")
    assert.equal(await rulesOn(on), before)
    await on("dpkg", "-r", "evenkeel")
    assert.equal(await rulesOn(on), before)
    done("stopped and removed: the rules are the same")
  })
}

const rulesOn = (on: On) => on("sh", "-euc", "iptables-save | grep -v '^#' | sed 's/\\[[0-9:]*\\]//'")

const mainPid = (on: On) => on("systemctl", "show", "-p", "MainPID", "--value", "evenkeel")

/** Helpers run, and the log has no trouble but that of links that lead nowhere. */
async function isSound(on: On): Promise<void> {
  await until("the kernel's changes are watched", async () =>
    /xtables-monitor/.test(await on("systemctl", "status", "evenkeel")),
  )
  // A helper that may not run is told of at once.
  await sleep(1_000)
  const log = await on("journalctl", "-u", "evenkeel", "-o", "cat", "--no-pager")
  assert.doesNotMatch(log, /not permitted|denied|EPERM|EACCES|rules\.failed|probe\.broken/i, log)
}

async function steeredByGroup(on: On): Promise<void> {
  await on("sh", "-euc", "useradd operator1 && usermod -aG evenkeel operator1")
  const asOperator = (...words: readonly string[]) =>
    on("setpriv", "--reuid=operator1", "--regid=operator1", "--init-groups", "evenkeel", ...words)
  assert.match(await asOperator("status"), /in sync/)
  assert.match(await asOperator("pin", "add", "10.0.0.50", "isp1"), /pin1/)
  await asOperator("pin", "remove", "pin1")
}

/** A loop that hangs is what SIGSTOP looks like from outside. */
async function survivesHang(on: On, done: (what: string) => void): Promise<void> {
  // What is down stays down: from now on nothing but a hang may change the rules.
  const bothDown = /^isp1 +down[^]*^isp2 +down/m
  await until("both links are down", async () => bothDown.test(await on("evenkeel", "status")))
  const [pid, before, beganMs] = [await mainPid(on), await rulesOn(on), performance.now()]
  assert.match(pid, /^[1-9]\d*$/)
  await on("kill", "-STOP", pid)
  const isNew = async () =>
    !["0", pid].includes(await mainPid(on)) && (await on("systemctl", "is-active", "evenkeel")) === "active"
  await until("the hung agent is replaced", isNew, 60_000)
  assert.equal(await rulesOn(on), before)
  done(
    `hung: killed and started again after ${((performance.now() - beganMs) / 1000).toFixed(0)} s, the rules the same`,
  )
}
