/** What Debian's tools are told of a package: deb-control(5). */
export interface Control {
  /** As npm has it. */
  readonly version: string
  readonly architecture: string
  /** The oldest C library that all binaries work with: `2.28`. */
  readonly glibc: string
  readonly installedBytes: number
}

/** Programs that evenkeel starts come with these; procps and ipset's are for labs and for sets. */
const PROGRAMS = ["iptables (>= 1.8)", "iproute2", "conntrack", "ipset", "util-linux", "coreutils", "procps", "passwd"]

export function controlText({ version, architecture, glibc, installedBytes }: Control): string {
  const libraries = [`libc6 (>= ${glibc})`, "libstdc++6", "libgcc-s1"]
  return `Package: evenkeel
Version: ${debianVersion(version)}
Architecture: ${architecture}
Maintainer: The evenkeel project <evenkeel@localhost>
Installed-Size: ${Math.ceil(installedBytes / 1024)}
Depends: ${[...libraries, ...PROGRAMS].join(", ")}
Recommends: nftables
Section: net
Priority: optional
Description: unattended failover for routers with two or more uplinks
 evenkeel probes every uplink, notices a dead one in about a second, and steers
 new flows to the others by rewriting one iptables chain in one transaction.
 Flows on healthy links never move. The Node.js that it runs on is part of the
 package.
`
}

/** `1.0.0-rc.1` comes before `1.0.0`: deb-version(7). */
export function debianVersion(version: string): string {
  return version.replace("-", "~")
}

/** The newest `GLIBC_` version that any of these binaries asks for. @throws Error when none asks for any */
export function glibcOf(binaries: readonly Buffer[]): string {
  const asked = binaries.flatMap(binary => binary.toString("latin1").match(/GLIBC_2\.\d+/g) ?? [])
  const newest = Math.max(...asked.map(version => Number(version.slice("GLIBC_2.".length))))
  if (!Number.isFinite(newest)) throw new Error("these are no programs for a GNU system")
  return `2.${newest}`
}
