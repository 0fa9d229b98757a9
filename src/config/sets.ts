import { z } from "zod"
import { network } from "./network.ts"
import { expected } from "./problems.ts"
import { absolutePath } from "./strings.ts"
import { list, mapping, record } from "./values.ts"

/** IPSET_MAXNAMELEN is 32 with the final NUL (linux/netfilter/ipset/ip_set.h), and ours begin with `evenkeel4-`. */
const SET_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,20}$/
const SET_RULE = "a set's name: letters, digits, `_`, `.` and `-`, the first a letter or digit, at most 21"

const IPSET_RULE = "an ipset's name: letters, digits, `_`, `.` and `-`, the first a letter or digit, at most 31"

const ipset = z
  .string({ error: expected(IPSET_RULE) })
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,30}$/)
  .meta({ title: "an ipset's name, at most 31 letters" })
  .refine(text => !/^evenkeel[46]-/.test(text), {
    error: ({ input }) => `found ${String(input)}, one of evenkeel's own; expected a set that somebody else fills`,
  })

const LONGEST_PATH = 1024
export const setFile = absolutePath(LONGEST_PATH)

export const SET_KINDS = "a list of networks, { file: /PATH } or { ipset: NAME, ipset6: NAME }"

const elsewhere = mapping(
  {
    file: setFile.optional().meta({
      description: "one network a line, `#` begins a comment; read again at SIGHUP",
      example: "/etc/evenkeel/streaming.txt",
    }),
    ipset: ipset.optional().meta({ description: "an IPv4 set that somebody else fills", example: "youtube" }),
    ipset6: ipset.optional().meta({ description: "the same for IPv6", example: "youtube6" }),
  },
  SET_KINDS,
)
const set = z
  .union([list(network, 1, 10_000, "networks"), elsewhere], { error: expected(SET_KINDS) })
  .meta({ title: SET_KINDS, description: "destinations", example: ["23.246.0.0/18", "2620:10c:7000::/44"] })

/** `sets`: groups of destinations by name. Which keys go together: see set-rules.ts. */
export const sets = record(
  z.string({ error: expected(SET_RULE) }).regex(SET_NAME),
  set,
  "a mapping of names to sets",
).describe("groups of destinations by name, for `match.set`: lists of networks, or one of these")
