import type { LinkConfig } from "../config.ts"
import { hex } from "../hex.ts"

/** How marks are called: by their links' names. */
export type Named = Pick<LinkConfig, "name" | "mark">

type Phrase = readonly [pattern: RegExp, words: (found: readonly string[], links: readonly Named[]) => string]

/** iptables-extensions(8). What is not here is left as it is. */
const MATCHES: readonly Phrase[] = [
  [/^! -i (\S+)/, ([, device]) => `not in by ${device ?? ""}`],
  [/^-i (\S+)/, ([, device]) => `in by ${device ?? ""}`],
  [/^-o (\S+)/, ([, device]) => `out by ${device ?? ""}`],
  [/^-s (\S+?)(?:\/32)?(?= |$)/, ([, address]) => `from ${address ?? ""}`],
  [/^-d (\S+?)(?:\/32)?(?= |$)/, ([, address]) => `to ${address ?? ""}`],
  [/^-m mark --mark 0x0(?:\/\S+)?(?= |$)/, () => "no mark"],
  [/^-m mark ! --mark 0x0(?:\/\S+)?(?= |$)/, () => "a mark"],
  [/^-m mark --mark (0x[0-9a-f]+)\S*/, ([, mark], links) => `mark of ${markName(Number(mark), links)}`],
  [/^-m connmark --mark (0x[0-9a-f]+)\S*/, ([, mark], links) => `a flow of ${markName(Number(mark), links)}`],
  [/^-m addrtype --dst-type UNICAST/, () => "to another host"],
  [/^-m conntrack --ctstate NEW/, () => "of a new flow"],
  [/^-m conntrack --ctdir ORIGINAL/, () => "from who began the flow"],
  [/^-m conntrack --ctdir REPLY/, () => "a reply"],
  [/^-m statistic --mode random --probability (\S+)/, ([, ratio]) => `drawn (${Math.round(100 * Number(ratio))} %)`],
]

const TARGETS: readonly Phrase[] = [
  [/^CONNMARK --restore-mark.*/, () => "takes over its flow's mark"],
  [/^CONNMARK --save-mark.*/, () => "its mark is kept for the flow"],
  [/^MARK --set-xmark 0x0\/.*/, () => "loses its mark"],
  [/^MARK --set-xmark (0x[0-9a-f]+)\/.*/, ([, mark], links) => `gets the mark of ${markName(Number(mark), links)}`],
  [/^MASQUERADE.*/, () => "its source becomes the link's address"],
  [/^SNAT --to-source (\S+).*/, ([, address]) => `its source becomes ${address ?? ""}`],
  [/^RETURN$/, () => "back to the chain before"],
  [/^ACCEPT$/, () => "done with this table"],
  [/^(DROP|REJECT.*)$/, () => "dropped"],
  [/^(TRACE|LOG.*|NFLOG.*)$/, ([target]) => target ?? ""],
  [/^(\S+)$/, ([, chain]) => `→ ${chain ?? ""}`],
]

/** One rule, as `iptables-save` prints it without its `-A CHAIN `, in words. */
export function ruleWords(rule: string, links: readonly Named[]): string {
  const [, matches = "", target = ""] = /^(.*?) ?(?:-[jg] (.*))?$/.exec(rule) ?? []
  const conditions = inWords(matches, links).join(", ")
  const effect = target === "" ? "only counted" : (translate(target, TARGETS, links)?.words ?? target)
  if (conditions === "") return effect
  return effect.startsWith("→") ? `${conditions} ${effect}` : `${conditions}: ${effect}`
}

/** Whose mark it is. */
export function markName(mark: number, links: readonly Named[]): string {
  return links.find(link => link.mark === mark)?.name ?? hex(mark)
}

function inWords(matches: string, links: readonly Named[]): readonly string[] {
  if (matches === "") return []
  const found = translate(matches, MATCHES, links) ?? asItIs(matches)
  return [found.words, ...inWords(matches.slice(found.length).trimStart(), links)]
}

function translate(text: string, phrases: readonly Phrase[], links: readonly Named[]) {
  for (const [pattern, words] of phrases) {
    const found = pattern.exec(text)
    if (found !== null) return { words: words(found, links), length: found[0].length }
  }
  return undefined
}

/** Up to the next option; `!` belongs to what follows. */
function asItIs(text: string) {
  const length = text.search(/(?<=..) (?=(?:! )?-[imsdop] )/)
  const words = length < 0 ? text : text.slice(0, length)
  return { words, length: words.length }
}
