/** What one check of `doctor` found. */
export interface Finding {
  /** What was looked at, in a word or two: `forwarding`, `isp1 gateway`. */
  readonly check: string
  /** `note`: worth knowing, nothing to do. `warning`: works, but not as well as it could. `problem`: does not work. */
  readonly level: "ok" | "note" | "warning" | "problem"
  readonly text: string
  /** The command or setting that mends it, ready to copy; null: nothing to mend. */
  readonly mend: string | null
}

export function ok(check: string, text: string): Finding {
  return { check, level: "ok", text, mend: null }
}

export function note(check: string, text: string, mend: string | null = null): Finding {
  return { check, level: "note", text, mend }
}

export function warning(check: string, text: string, mend: string): Finding {
  return { check, level: "warning", text, mend }
}

export function problem(check: string, text: string, mend: string): Finding {
  return { check, level: "problem", text, mend }
}
