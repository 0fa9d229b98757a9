/** As iptables and ip print marks: `0x1`. */
export function hex(value: number): string {
  return `0x${value.toString(16)}`
}
