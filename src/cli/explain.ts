import type { CommandModule } from "yargs"
import type { Config, LinkConfig } from "../core/config.ts"
import { familyIn } from "../core/events.ts"
import type { Evidence } from "../core/evidence.ts"
import type { FamilyName } from "../core/family.ts"
import type { Explanation, Status } from "../core/status-shape.ts"
import { readJournal } from "../journal/read.ts"
import { askExplanation, askStatus } from "./ask.ts"
import { statusWithoutAgent } from "./at-rest.ts"
import type { Story } from "./explain-story.ts"
import { explainText } from "./explain-text.ts"
import { Failure } from "./failure.ts"
import { openScreen } from "./format.ts"
import { knownLink } from "./known-link.ts"
import { readConfig, readConfigWithoutSets, withJson, type Options, type PrintOptions } from "./options.ts"

interface ExplainOptions extends PrintOptions {
  readonly link: string | undefined
}

/** Exit code 1 without an agent: what is printed then is the past. */
export const explain: CommandModule<Options, ExplainOptions> = {
  command: "explain [link]",
  describe: "why a link is in the state it is in",
  builder: yargs => withJson(yargs).positional("link", { type: "string", describe: "name of the link" }),
  handler: async ({ config: file, json, link: name }) => {
    const config = await readConfigWithoutSets(file)
    const link = knownLink(config, name)
    const answered = await askStatus(config)
    const story =
      answered === null ? await pastStory(await readConfig(file), link) : await presentStory(config, link, answered)
    const { print, colors, width } = openScreen()
    print(json ? JSON.stringify(story.explanation) : explainText(story, colors, Date.now(), width))
    if (answered === null) process.exitCode = 1
  },
}

async function presentStory(config: Config, link: LinkConfig, status: Status): Promise<Story> {
  const explanation = await askExplanation(config, link.name)
  if (explanation === null)
    throw new Failure(
      `the running agent does not know ${link.name} yet: the configuration was changed since. ` +
        `Reload it: kill -HUP ${status.pid ?? ""}`,
    )
  return { family: "ipv4", config, link, explanation, status }
}

async function pastStory(config: Config, link: LinkConfig): Promise<Story> {
  const status = await statusWithoutAgent(config)
  const known = status.links.find(({ name }) => name === link.name)
  if (known === undefined) throw new Error(`${link.name} has no status`)
  const decidedBy = await lastDecision(config.stateDir, "ipv4", link.name, known.state)
  const nothing = { now: null, pending: null, probing: null, damping: null }
  const decided6 = known.ipv6 && (await lastDecision(config.stateDir, "ipv6", link.name, known.ipv6.state))
  const ipv6 = known.ipv6 && { decidedBy: decided6, ...nothing }
  const explanation: Explanation = { link: known, decidedBy, ...nothing, ipv6 }
  return { family: "ipv4", config, link, explanation, status }
}

/** The evidence that the journal holds for the last known state; null: it holds none. */
async function lastDecision(
  stateDir: string,
  family: FamilyName,
  link: string,
  state: string,
): Promise<Evidence | null> {
  let evidence: Evidence | null = null
  for await (const event of readJournal(stateDir, { link, types: ["link.state"] }))
    if (event.type === "link.state" && familyIn(event) === family) evidence = event.to === state ? event.evidence : null
  return evidence
}
