import type { PolicyConfig } from "./policy-config.ts"

type Word = string | number

/** A policy that an operator asks for at run time, in the words of the configuration: what it means depends on that. */
export interface AskedPin {
  readonly match: Readonly<Record<string, Word | readonly Word[]>>
  /** Links in order of preference. */
  readonly use: readonly string[]
  readonly ifDown: PolicyConfig["ifDown"]
  /** RFC 3339; null: until somebody takes it back. */
  readonly until: string | null
}

export interface KeptPin extends AskedPin {
  /** `pin1`, `pin2` …: no other pin has it, and no policy of the configuration. */
  readonly name: string
}

export interface Pin extends KeptPin {
  readonly policy: PolicyConfig
}

/** A ruleset has to stay readable, and a script that never takes back what it pinned has to be told. */
const MOST_PINS = 64

/** The pin under its name; or why it is refused. One of the same match takes the place, and the name, of the old one. */
export function named(
  asked: AskedPin,
  policy: PolicyConfig,
  pins: readonly Pin[],
  configured: readonly PolicyConfig[],
): { readonly ok: true; readonly pin: Pin } | { readonly ok: false; readonly why: string } {
  const same = pins.find(pin => isSameMatch(pin.policy, policy))
  if (same === undefined && pins.length >= MOST_PINS)
    return { ok: false, why: `there are ${MOST_PINS} pins: take one back first (evenkeel pin list)` }
  const name = same?.name ?? freeName([...pins, ...configured].map(other => other.name))
  return { ok: true, pin: { ...asked, name, policy: { ...policy, name } } }
}

function isSameMatch(a: PolicyConfig, b: PolicyConfig): boolean {
  return JSON.stringify(a.match) === JSON.stringify(b.match)
}

function freeName(taken: readonly string[]): string {
  let number = 1
  while (taken.includes(`pin${number}`)) number += 1
  return `pin${number}`
}

/** Beneath pins that are newer: of the same match those hold, and a name that one of those has is changed. */
export function withOlderPins(newer: readonly Pin[], older: readonly Pin[]): readonly Pin[] {
  const isHeld = (pin: Pin) => newer.some(other => isSameMatch(other.policy, pin.policy))
  return older
    .filter(pin => !isHeld(pin))
    .reduce((pins, pin) => {
      const names = pins.map(({ name }) => name)
      const name = names.includes(pin.name) ? freeName([...names, ...older.map(other => other.name)]) : pin.name
      return [...pins, { ...pin, name, policy: { ...pin.policy, name } }]
    }, newer)
}

/** The newest first: what was said last holds, whatever was said before. */
export function withPin(pins: readonly Pin[], pin: Pin): readonly Pin[] {
  return [pin, ...pins.filter(({ name }) => name !== pin.name)]
}
