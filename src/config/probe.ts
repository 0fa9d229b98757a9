import { z } from "zod"
import { DNS_PORT, type DnsSpec, type HttpSpec, type ProbeSpec } from "../core/probe-spec.ts"
import { endpoint, hostAddress } from "./host-address.ts"
import { hostName } from "./host-name.ts"
import { expected } from "./problems.ts"
import { webUrl } from "./url.ts"
import { mapping, oneOf, wholeNumber } from "./values.ts"

const KINDS = ["icmp", "tcp", "http", "dns"] as const

/** Keys that say more of an http probe. */
const HTTP_KEYS = ["expect", "body", "family", "resolver"] as const

const BODY = "a text of 1 to 1000 letters without control characters"

const dns = mapping({
  server: endpoint(DNS_PORT).meta({ description: "the name server", example: "9.9.9.9" }),
  name: hostName.meta({ description: "a name that its cache always holds", example: "example.com" }),
  type: oneOf("A", "AAAA")
    .optional()
    .meta({ description: "what is asked for", byDefault: "that of `answer`, else `A`" }),
  answer: hostAddress.optional().meta({
    description: "an address that must be in the answer; tells a captive portal",
    example: "192.0.2.10",
  }),
}).transform(({ server, name, type, answer = null }, ctx): DnsSpec => {
  const answered = answer === null ? undefined : answer.includes(":") ? "AAAA" : "A"
  if (type !== undefined && answered !== undefined && type !== answered)
    ctx.addIssue({
      code: "custom",
      path: ["answer"],
      message: `found ${answer ?? ""}, which no record of type ${type} holds`,
    })
  return { kind: "dns", ...server, name, type: type ?? answered ?? "A", answer }
})

const keys = mapping(
  {
    icmp: hostAddress.optional().meta({ description: "answered by a reply, or a refusal", example: "1.1.1.1" }),
    tcp: endpoint().optional().meta({ description: "answered by a handshake, or a refusal", example: "8.8.8.8:53" }),
    http: webUrl.optional().meta({
      description: "answered by the expected status and body; a redirect is a failure",
      example: "http://connectivity-check.example/generate_204",
    }),
    dns: dns.optional().meta({ description: "answered by addresses, none, or no such name" }),
    expect: wholeNumber(200, 599)
      .refine(status => status < 300 || status > 399, {
        error: "a captive portal redirects, too; expected 200 to 299 or 400 to 599",
      })
      .optional()
      .meta({ description: "of `http`: its status; not 300 to 399", byDefault: "any of 200 to 299", example: 204 }),
    body: z
      .string({ error: expected(BODY) })
      .regex(/^\P{C}{1,1000}$/u)
      .optional()
      .meta({ title: BODY, description: "of `http`: what the answer must hold", example: "it works" }),
    family: z
      .literal([4, 6], { error: expected("4 or 6") })
      .optional()
      .meta({ title: "4 or 6", description: "of `http`: over which IP a name is asked", byDefault: "`4`" }),
    resolver: endpoint(DNS_PORT).optional().meta({
      description: "of `http`: who is asked for the name, over this link",
      byDefault: "those of `/etc/resolv.conf` that are not this router",
      example: "9.9.9.9",
    }),
  },
  "a probe, such as `icmp: 192.0.2.1`, `tcp: 192.0.2.1:53`, `http: http://example.com/` or `dns: { server: 192.0.2.1, name: example.com }`",
)

type Keys = z.output<typeof keys>

/** One item of a list of probes. */
export const probe = keys.transform((read, ctx): ProbeSpec => {
  // An unknown key has been told already; that the rest is no probe is its consequence.
  if (ctx.issues.length > 0) return z.NEVER
  const problems = [...kindProblems(read), ...httpProblems(read)]
  for (const problem of problems) ctx.addIssue({ code: "custom", ...problem })
  const spec = problems.length === 0 ? specOf(read) : undefined
  return spec ?? z.NEVER
})

interface Misfit {
  readonly path: string[]
  readonly message: string
}

function kindProblems(read: Keys): readonly Misfit[] {
  const kinds = KINDS.filter(kind => read[kind] !== undefined)
  if (kinds.length === 1) return []
  const found = kinds.length === 0 ? "an empty probe" : `${kinds.join(" and ")} in one probe`
  const message = `found ${found}, expected exactly one of ${KINDS.join(", ")}; make each probe an item of the list`
  return [{ path: [], message }]
}

function httpProblems(read: Keys): readonly Misfit[] {
  const given = HTTP_KEYS.filter(key => read[key] !== undefined)
  const { http, family, resolver } = read
  if (http === undefined) return given.map(key => ({ path: [key], message: "only an http probe has it; remove it" }))
  const spoken = familyOfAddress(http.host)
  if (spoken === undefined) return []
  const said = family === undefined || family === spoken ? [] : [misfit("family", "which says it itself")]
  return resolver === undefined ? said : [...said, misfit("resolver", "so no name is looked up")]
}

function misfit(key: string, why: string): Misfit {
  return { path: [key], message: `the URL holds an address, ${why}; remove it` }
}

function specOf({ icmp, tcp, http, dns: question, ...more }: Keys): ProbeSpec | undefined {
  if (icmp !== undefined) return { kind: "icmp", address: icmp }
  if (tcp !== undefined) return { kind: "tcp", ...tcp }
  return http === undefined ? question : httpSpec(http, more)
}

type More = Pick<Keys, (typeof HTTP_KEYS)[number]>

function httpSpec(http: NonNullable<Keys["http"]>, { expect, body, family, resolver }: More): HttpSpec {
  return {
    kind: "http",
    ...http,
    expect: expect ?? null,
    body: body ?? null,
    family: familyOfAddress(http.host) ?? family ?? 4,
    resolver: resolver ?? null,
  }
}

/** Undefined: it is a name. */
function familyOfAddress(host: string): 4 | 6 | undefined {
  if (host.includes(":")) return 6
  return /^[\d.]+$/.test(host) ? 4 : undefined
}
