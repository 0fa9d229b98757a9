import type { Config } from "../core/config.ts"
import { alertConfig, alertSecretProblems } from "./alert-config.ts"
import { draftOf, refusedPaths } from "./draft.ts"
import type { Finding, Path } from "./draft.ts"
import type { Problem } from "./problems.ts"
import { problemsOf, quote } from "./problems.ts"
import { findingsOf } from "./rules.ts"
import { document } from "./schema.ts"
import type { Document } from "./schema.ts"
import type { Environment } from "./secret.ts"
import { secretProblems, shareConfig } from "./share-config.ts"
import { tokenProblems, webConfig } from "./web-config.ts"
import { policyConfig, setConfigs } from "./policy-config.ts"
import type { ProtocolNames } from "./protocol-names.ts"
import type { SetFiles } from "./set-files.ts"
import { setFileProblems } from "./set-files.ts"
import { isName } from "./strings.ts"
import type { Mapping, Yaml } from "./yaml.ts"
import { readYaml } from "./yaml.ts"

/** `lacking`: what the host has not, and what is done without it; empty unless that is asked for. */
export type ParseResult =
  | { readonly ok: true; readonly config: Config; readonly lacking: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * The configuration that `text` (YAML; JSON is valid YAML) describes, with all defaults, or every problem of it at once.
 * `hostname` names the router where the text does not. Never throws.
 */
export function parseConfig(text: string, host: Host): ParseResult {
  return parseYaml(readYaml(text), host)
}

export function parseYaml(yaml: Yaml, host: Host): ParseResult {
  if (!yaml.ok) return { ok: false, problems: atMost(MOST_PROBLEMS, yaml.problems) }
  const read = judged.safeParse(yaml.mapping)
  const lacking = read.success ? missingSecrets(read.data, host) : []
  const problems = [
    ...hostnameProblems(yaml.mapping, host.hostname),
    ...(read.success ? unreadSets(read.data, host) : problemsOf(read.error)),
    ...(host.isFrugal === true ? [] : lacking),
  ]
  if (!read.success || problems.length > 0) return { ok: false, problems: atMost(MOST_PROBLEMS, problems) }
  return { ok: true, config: configOf(read.data, host), lacking: atMost(MOST_PROBLEMS, lacking) }
}

/** What a configuration means depends on where it is read. */
export interface Host {
  readonly hostname: string
  /** Where secrets written as `${NAME}` are; null: they are not needed, and so may be missing. */
  readonly environment?: Environment | null
  /** What the files hold that `sets` names; null: it is not needed, and their sets are empty. */
  readonly setFiles?: SetFiles | null
  /** Secrets that cannot be had are done without. Not files of networks: what a policy is to block would get out. */
  readonly isFrugal?: boolean
  /** Of /etc/protocols. */
  readonly protocols?: ProtocolNames
}

function missingSecrets({ share, alerts, web }: Document, { environment = {} }: Host): readonly Problem[] {
  return [
    ...secretProblems(share, environment),
    ...alertSecretProblems(alerts, environment),
    ...tokenProblems(web, environment),
  ]
}

function unreadSets({ sets }: Document, { setFiles = new Map() }: Host): readonly Problem[] {
  return setFiles === null ? [] : setFileProblems(sets, setFiles)
}

/** The schema, and then the rules on whatever the schema let pass, also when it refused other values. */
const judged = document.superRefine(
  (read, ctx) => {
    const refused = refusedPaths(ctx.issues)
    const findings = findingsOf(draftOf(read, refused)).filter(finding => !isConsequence(finding, refused))
    for (const { path, message } of findings) ctx.addIssue({ code: "custom", path: [...path], message })
  },
  { when: () => true },
)

/** A value that was refused itself, or in part, has no second fault that is worth telling. */
function isConsequence({ path }: Finding, refused: readonly Path[]): boolean {
  return refused.some(refusal => path.every((key, index) => key === refusal[index]))
}

function hostnameProblems(mapping: Mapping, hostname: string): Problem[] {
  const label = firstLabel(hostname)
  if (Object.hasOwn(mapping, "router") || isName(label)) return []
  const message = `missing, and the host name ${quote(hostname)} cannot stand in for it; name this router`
  return [{ path: "router", message }]
}

/** `rtr-a` of `rtr-a.example.net`. */
function firstLabel(hostname: string): string {
  return hostname.split(".", 1)[0] ?? ""
}

const MOST_PROBLEMS = 200

function atMost(most: number, problems: readonly Problem[]): readonly Problem[] {
  const rest = problems.length - most
  return rest <= 0 ? problems : [...problems.slice(0, most), { path: "file", message: `and ${rest} more problems` }]
}

function configOf(document: Document, { hostname, environment, setFiles, protocols }: Host): Config {
  const { router, links, probes = [], health, policies, sets, sticky, share, alerts, web, ...same } = document
  const { interval, timeout, downAfter, upAfter, quorum, degraded, damping } = health
  return {
    ...same,
    router: router ?? firstLabel(hostname),
    links: links.map(link => ({ ...link, drain: null, line: link.line ?? null, probes: link.probes ?? probes })),
    share: share === undefined ? null : shareConfig(share, environment ?? {}),
    alerts: alerts.map(alert => alertConfig(alert, environment ?? {})),
    web: web === undefined ? null : webConfig(web, environment ?? {}),
    policies: policies.map(policy => policyConfig(policy, protocols ?? new Map())),
    sets: setConfigs(sets, setFiles ?? new Map()),
    sticky: sticky === "off" ? null : { forMs: sticky.for },
    health: {
      intervalMs: interval,
      timeoutMs: timeout,
      downAfterMs: downAfter,
      upAfterMs: upAfter,
      quorum,
      degraded: { lossRatio: degraded.loss, rttMs: degraded.rtt, share: degraded.share },
      damping: { halfLifeMs: damping.halfLife, suppress: damping.suppress, reuse: damping.reuse },
    },
  }
}
