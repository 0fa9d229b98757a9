import { readSysctl } from "./sysctl.ts"

/** How full the connection tracking table is; null: the kernel tracks nothing (nf_conntrack-sysctl.rst). */
export async function readConntrackTable(): Promise<{ readonly count: number; readonly max: number } | null> {
  const [count, max] = await Promise.all(["count", "max"].map(name => readSysctl(`net/netfilter/nf_conntrack_${name}`)))
  return count == null || max == null ? null : { count: Number(count), max: Number(max) }
}
