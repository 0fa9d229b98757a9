import { execa } from "execa"
import { expect, test } from "vitest"

/** In mounts and a network of its own: nothing of this machine's is purged. Without /etc/passwd, no user is either. */
const purge = `
  mount -t tmpfs tmpfs /var/lib
  mount -t tmpfs tmpfs /etc
  mkdir -p /var/lib/evenkeel/before /etc/evenkeel
  touch /var/lib/evenkeel/before/iptables-save /var/lib/evenkeel/events.jsonl
  iptables-nft -t mangle -N "$1"
  sh packaging/debian/postrm purge
  echo left:
  find /var/lib /etc -mindepth 1`

const purged = async (chain: string) =>
  (await execa("unshare", ["--mount", "--net", "sh", "-euc", purge, "sh", chain])).stdout.split("left:")

test("a purge keeps what teardown needs while rules of evenkeel's stand, and says so", async () => {
  const [said, left] = await purged("EVENKEEL")
  expect(said).toContain("evenkeel: its rules are still in force: /var/lib/evenkeel/before stays")
  expect(left?.trim().split("\n").sort()).toEqual([
    "/var/lib/evenkeel",
    "/var/lib/evenkeel/before",
    "/var/lib/evenkeel/before/iptables-save",
  ])
})

test("a purge takes all away when no rule of evenkeel's stands", async () => {
  expect(await purged("OTHER")).toEqual(["", ""])
})
