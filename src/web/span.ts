import ms from "ms"

const SPAN = /^(?:\d{1,6}(?:s|m|h)|\d{1,4}d)$/

/** Milliseconds of `45s`, `30m`, `2h` or `7d`; undefined for any other text. */
export function parseSpan(text: string): number | undefined {
  return SPAN.test(text) ? ms(text as ms.StringValue) : undefined
}
