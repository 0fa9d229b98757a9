import { hex } from "../core/hex.ts"
import type { Draft, DraftLink, Finding } from "./draft.ts"
import { UINT32_MAX } from "./values.ts"

export function linkRules({ links = [], markMask, allDown }: Draft): Finding[] {
  return [
    ...alreadyTaken(links, "name"),
    ...alreadyTaken(links, "mark"),
    ...alreadyTaken(links, "table").filter(({ path: [, index] }) => !tableFollowsMark(links, Number(index))),
    ...links.flatMap((link, index) => [
      ...markFindings(link?.mark, index, markMask, allDown),
      ...tableFindings(link?.table, index),
    ]),
    ...weightFindings(links),
  ]
}

/** An interface leads to the LAN or to one provider. */
export function interfaceRules({ lan = [], links = [] }: Draft): Finding[] {
  const repeated = lan.flatMap((name, index) => {
    const first = lan.indexOf(name)
    return name === undefined || first === index
      ? []
      : [{ path: ["lan", index], message: `found ${name}, already lan[${first}]; name it once` }]
  })
  const shared = links.flatMap((link, index) =>
    link?.interface === undefined || !lan.includes(link.interface)
      ? []
      : [{ path: ["links", index, "interface"], message: `found ${link.interface}, also in lan; expected an uplink` }],
  )
  return [...repeated, ...alreadyTaken(links, "interface"), ...shared]
}

type Links = NonNullable<Draft["links"]>

function alreadyTaken(links: Links, key: "name" | "mark" | "table" | "interface"): Finding[] {
  return links.flatMap((link, index) => {
    const value = link?.[key]
    const first = links.findIndex(other => other?.[key] === value)
    if (value === undefined || first === index) return []
    const message = `found ${value}, already the ${key} of ${linkLabel(links[first], first)}; each link needs its own`
    return [{ path: ["links", index, key], message }]
  })
}

/** Two tables that are equal only because the marks are: the mark is the mistake to name. */
function tableFollowsMark(links: Links, index: number): boolean {
  const link = links[index]
  return links.slice(0, index).some(other => other?.table === link?.table && other?.mark === link?.mark)
}

function markFindings(
  mark: number | undefined,
  index: number,
  mask: Draft["markMask"],
  allDown: Draft["allDown"],
): Finding[] {
  const path = ["links", index, "mark"]
  if (mark === undefined || mask === undefined) return []
  // Bitwise operators work on signed 32 bits; >>> 0 reads the result as the unsigned number it stands for.
  if ((mark & ~mask) >>> 0 !== 0)
    return [
      { path, message: `found ${hex(mark)}, which has bits outside markMask; expected only bits of ${hex(mask)}` },
    ]
  if (mark === mask && allDown === "unreachable")
    return [{ path, message: `found ${hex(mark)}, all of markMask, which allDown: unreachable keeps for itself` }]
  return []
}

/** Names in /etc/iproute2/rt_tables, numbers in linux/rtnetlink.h (enum rt_class_t). */
const KERNEL_TABLES: Readonly<Record<number, string>> = { 253: "default", 254: "main", 255: "local" }

function tableFindings(table: number | undefined, index: number): Finding[] {
  const taken = table === undefined ? undefined : KERNEL_TABLES[table]
  if (table === undefined || (taken === undefined && table <= UINT32_MAX)) return []
  const why = taken === undefined ? "more than 32 bits" : `the kernel's ${taken} table`
  const message = `found ${table}, ${why}; set another number (unset, the table is 100 + mark)`
  return [{ path: ["links", index, "table"], message }]
}

function weightFindings(links: Links): Finding[] {
  if (links.length === 0 || links.some(link => link?.weight !== 0)) return []
  return [{ path: ["links"], message: "every weight is 0, so no link could carry flows; give at least one a weight" }]
}

/** `links[1] (isp2)` */
export function linkLabel(link: DraftLink | undefined, index: number): string {
  return link?.name === undefined ? `links[${index}]` : `links[${index}] (${link.name})`
}
