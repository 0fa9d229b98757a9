/**
 * Networks kept as one text, one a line. An agent holds up to some hundred thousand of them for as long as it runs, and
 * needs them only when a set is filled: as strings of their own, the garbage collector would go through each of them again
 * and again.
 */
export interface Networks {
  readonly count: number
  readonly text: string
}

export const NO_NETWORKS: Networks = { count: 0, text: "" }

export function asNetworks(list: readonly string[]): Networks {
  return { count: list.length, text: list.join("\n") }
}

export function listOf({ count, text }: Networks): readonly string[] {
  return count === 0 ? [] : text.split("\n")
}
