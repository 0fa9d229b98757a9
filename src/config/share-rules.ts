import type { Draft, Finding } from "./draft.ts"

/** What one key of `share` allows in the light of others, and what it asks of links. */
export function shareRules(draft: Draft): Finding[] {
  if (draft.share === undefined) return followedLines(draft)
  return [...oneStore(draft.share), ...login(draft.share), ...others(draft), ...followedLines(draft)]
}

type Share = NonNullable<Draft["share"]>

const WAYS = ["redis", "sentinels", "cluster"] as const

function oneStore(share: Share): Finding[] {
  const given = WAYS.filter(way => way in share && (share[way] !== undefined || Object.hasOwn(share, way)))
  const findings: Finding[] = []
  if (given.length !== 1) {
    const found = given.length === 0 ? "found none" : `found ${given.join(" and ")}`
    findings.push({ path: ["share"], message: `${found}, expected exactly one of ${WAYS.join(", ")}` })
  }
  if (given.includes("sentinels") && share.name === undefined)
    findings.push({ path: ["share", "name"], message: "missing; expected the master's name, as the sentinels call it" })
  if (share.name !== undefined && !given.includes("sentinels"))
    findings.push({ path: ["share", "name"], message: "only sentinels know masters by name; remove it" })
  return findings
}

function login({
  redis,
  cluster,
  username,
  password,
  passwordFile,
  db,
  tls,
  sentinelPassword,
  sentinels,
}: Share): Finding[] {
  const findings: Finding[] = []
  const twice = (key: string, where: string) =>
    findings.push({ path: ["share", key], message: `given twice: also ${where}; keep one` })
  if (username !== undefined && redis?.username != null) twice("username", "in share.redis")
  if (password !== undefined && redis?.password != null) twice("password", "in share.redis")
  if (passwordFile !== undefined && (password !== undefined || redis?.password != null))
    twice("passwordFile", "as a password")
  if (db !== undefined && redis !== undefined)
    findings.push({ path: ["share", "db"], message: `write it as part of the address: redis://HOST:PORT/${db}` })
  if (db !== undefined && db !== 0 && cluster !== undefined)
    findings.push({ path: ["share", "db"], message: `found ${db}; a cluster has only database 0` })
  if (sentinelPassword !== undefined && sentinels === undefined)
    findings.push({ path: ["share", "sentinelPassword"], message: "there are no sentinels; remove it" })
  if (tls !== undefined && redis?.isEncrypted === false)
    findings.push({ path: ["share", "tls"], message: "the address is not encrypted; write rediss://, or remove tls" })
  if ((tls?.cert === undefined) !== (tls?.key === undefined))
    findings.push({
      path: ["share", "tls"],
      message: "a certificate and its key go together; give both cert and key, or neither",
    })
  return findings
}

function others({ share, router, site }: Draft): Finding[] {
  const findings: Finding[] = []
  if (share?.follow !== undefined && share.follow === router)
    findings.push({ path: ["share", "follow"], message: `found ${router}, which is this router; expected another` })
  const own = (share?.sites ?? []).indexOf(site ?? "")
  if (own !== -1)
    findings.push({
      path: ["share", "sites", own],
      message: `found ${site ?? ""}, this router's own site, which is always read; remove it`,
    })
  return findings
}

function followedLines({ links = [], share }: Draft): Finding[] {
  if (share?.follow === undefined || links.some(link => link?.line !== undefined)) return []
  return [{ path: ["share", "follow"], message: "no link has a line that both routers could mean; give links a line" }]
}
