import type { CommandModule } from "yargs"
import type { Options } from "./options.ts"

/** Commands under the heading that `--help` puts above them. */
export interface Group {
  readonly title: string
  // Each command has options of its own, which only yargs looks into.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly commands: readonly CommandModule<Options, any>[]
}

/** The whole of `evenkeel --help` but for the options. */
export function overview(groups: readonly Group[]): string {
  const width = Math.max(...groups.flatMap(({ commands }) => commands.map(command => nameOf(command).length)))
  const lines = groups.flatMap(({ title, commands }) => [
    "",
    `${title}:`,
    ...commands.map(command => `  ${nameOf(command).padEnd(width)}  ${describeText(command)}`),
  ])
  return ["evenkeel COMMAND [options]", ...lines].join("\n")
}

/** yargs cannot group commands, so it is told to list none, and each command's own help is given its description here. */
export function unlisted(command: Group["commands"][number]): Group["commands"][number] {
  const { builder } = command
  return {
    ...command,
    describe: false,
    builder: yargs => {
      const titled = yargs.usage(`evenkeel ${nameOf(command)} [options]: ${describeText(command)}`)
      return typeof builder === "function" ? (builder(titled) as typeof titled) : titled
    },
  }
}

function nameOf({ command }: Group["commands"][number]): string {
  return String(command).replaceAll(/\[(\w+)\]/g, (_, word: string) => word.toUpperCase())
}

function describeText({ describe }: Group["commands"][number]): string {
  return String(describe)
}
