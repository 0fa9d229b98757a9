import { hex } from "./hex.ts"

// What rules do with marks, in the very words in which `iptables-save` prints it.

export function restoreMark(mask: number): string {
  return `-j CONNMARK --restore-mark --nfmask ${hex(mask)} --ctmask ${hex(mask)}`
}

export function saveMark(mask: number): string {
  return `${anyMark(mask)} -j CONNMARK --save-mark --nfmask ${hex(mask)} --ctmask ${hex(mask)}`
}

export function setMark(mark: number, mask: number): string {
  return `-j MARK --set-xmark ${hex(mark)}/${hex(mask)}`
}

export function hasMark(mark: number, mask: number): string {
  return `-m mark --mark ${masked(mark, mask)}`
}

export function noMark(mask: number): string {
  return hasMark(0, mask)
}

export function anyMark(mask: number): string {
  return `-m mark ! --mark ${masked(0, mask)}`
}

/** iptables-save leaves a full mask out of `--mark`, though not out of `--set-xmark`. */
function masked(mark: number, mask: number): string {
  return mask === 0xffffffff ? hex(mark) : `${hex(mark)}/${hex(mask)}`
}
