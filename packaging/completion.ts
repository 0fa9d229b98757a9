import type { CommandHelp, Entry } from "./help.ts"

/** A completion for bash: commands, those below them, options, and what an option may be. */
export function bashCompletion(commands: readonly CommandHelp[]): string {
  const top = commands.filter(({ words }) => words.length === 1).map(({ words }) => words.join(" "))
  return `# bash completion for evenkeel(8)
_evenkeel() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path="" words="" i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      -c | --config) ((i++)) ;;
      -*) ;;
      *) path+=" \${COMP_WORDS[i]}" ;;
    esac
  done
  case $prev in
    -c | --config)
      compopt -o filenames 2> /dev/null
      COMPREPLY=($(compgen -f -- "$cur"))
      return
      ;;
  esac
  case "$path $prev" in
${commands.flatMap(choiceCases).join("\n")}
  esac
  if [ -z "$words" ]; then
    case "$path " in
      " ") words="${[...top, ...COMMON].join(" ")}" ;;
${[...commands].sort(deepestFirst).map(wordCase).join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _evenkeel evenkeel
`
}

const COMMON = ["--config", "--help", "--version"]

/** A shorter path would match the words that follow it. */
function deepestFirst(a: CommandHelp, b: CommandHelp): number {
  return b.words.length - a.words.length
}

function wordCase({ words, below, options }: CommandHelp): string {
  const offered = [...below, ...options.flatMap(longNames), "--config", "--help"]
  return `      " ${words.join(" ")} "*) words="${offered.join(" ")}" ;;`
}

function choiceCases({ words, options }: CommandHelp): readonly string[] {
  return options
    .filter(({ choices }) => choices.length > 0)
    .flatMap(option =>
      longNames(option).map(name => `    " ${words.join(" ")}"*" ${name}") words="${option.choices.join(" ")}" ;;`),
    )
}

function longNames({ head }: Entry): readonly string[] {
  return head.match(/--[\w-]+/g) ?? []
}
