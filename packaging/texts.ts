import { bashCompletion } from "./completion.ts"
import { commandIn, groupsIn, type CommandHelp } from "./help.ts"
import { manPage } from "./man.ts"

/** What is generated from the commands' own help. */
export interface Texts {
  readonly man: string
  readonly bash: string
}

/** What `evenkeel WORDS --help` prints. */
export type Help = (words: readonly string[]) => Promise<string>

/** `date`: of the version, RFC 3339. */
export async function textsOf(help: Help, version: string, date: string): Promise<Texts> {
  const groups = groupsIn(await help([]))
  const commands = await withBelow(
    groups.flatMap(({ names }) => names.map(name => [name])),
    help,
  )
  return { man: manPage({ version, date, groups, commands }), bash: bashCompletion(commands) }
}

/** Each command, and after it those below it. */
async function withBelow(all: readonly (readonly string[])[], help: Help): Promise<readonly CommandHelp[]> {
  const found: CommandHelp[] = []
  for (const words of all) {
    const command = commandIn(words, await help(words))
    const below = command.below.map(word => [...words, word])
    found.push(command, ...(await withBelow(below, help)))
  }
  return found
}
