import { z } from "zod"
import { network } from "./network.ts"
import { expected } from "./problems.ts"
import { absolutePath } from "./strings.ts"
import { list, mapping } from "./values.ts"

/** IPSET_MAXNAMELEN is 32 with the final NUL (linux/netfilter/ipset/ip_set.h), and ours begin with `evenkeel4-`. */
const SET_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,20}$/
const SET_RULE = "a set's name: letters, digits, `_`, `.` and `-`, the first a letter or digit, at most 21"

const setName = z.string({ error: expected(SET_RULE) }).regex(SET_NAME)

const IPSET_RULE = "an ipset's name: letters, digits, `_`, `.` and `-`, the first a letter or digit, at most 31"

const ipset = z
  .string({ error: expected(IPSET_RULE) })
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,30}$/)
  .refine(text => !/^evenkeel[46]-/.test(text), {
    error: ({ input }) =>
      `found ${String(input)}, which is one of evenkeel's own; expected a set that somebody else fills`,
  })

const LONGEST_PATH = 1024
export const setFile = absolutePath(LONGEST_PATH)

const RULE = "a list of networks, { file: /PATH } or { ipset: NAME, ipset6: NAME }"

const elsewhere = mapping(
  { file: setFile.optional(), ipset: ipset.optional(), ipset6: ipset.optional() },
  RULE,
).transform(({ file, ipset, ipset6 }, ctx) => {
  if (ctx.issues.length > 0) return z.NEVER
  const isExternal = ipset !== undefined || ipset6 !== undefined
  if (file !== undefined && !isExternal) return { kind: "file", file } as const
  if (file === undefined && isExternal)
    return { kind: "external", ipsets: { 4: ipset ?? null, 6: ipset6 ?? null } } as const
  ctx.addIssue(`found ${isExternal ? "a file and an ipset in one" : "an empty mapping"}, expected ${RULE}`)
  return z.NEVER
})

const listed = list(network, 1, 10_000, "networks").transform(networks => ({ kind: "listed", networks }) as const)

/** `sets`: groups of destinations by name. */
export const sets = z.record(setName, z.union([listed, elsewhere], { error: expected(RULE) }), {
  error: expected("a mapping of names to sets"),
})
