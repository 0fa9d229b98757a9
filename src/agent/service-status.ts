import type { LinkStateName } from "../core/link-state.ts"

/** As much of a family's view as a service manager is told of. */
interface Seen {
  readonly isInSync: () => boolean
  readonly world: { readonly links: readonly { readonly name: string; readonly state: LinkStateName }[] }
}

/** `ipv6`: null where it is not steered, and until it has begun. */
interface SeenFamilies {
  readonly ipv4: Seen
  readonly ipv6: Seen | null
}

/** The rules of every family that is steered are in the kernel. */
export function areStanding(views: SeenFamilies | null, isIpv6Steered: boolean): boolean {
  if (views === null || !views.ipv4.isInSync()) return false
  return !isIpv6Steered || views.ipv6?.isInSync() === true
}

/** For `systemctl status`, in one line: `isp1 up, isp2 down`, IPv6 after it, and what is not as it should be. */
export function statusLine(views: SeenFamilies | null): string {
  if (views === null) return "starting"
  return [familyText("", views.ipv4), ...(views.ipv6 === null ? [] : [familyText("IPv6: ", views.ipv6)])].join("; ")
}

function familyText(title: string, { world, isInSync }: Seen): string {
  const links = world.links.map(({ name, state }) => `${name} ${state}`).join(", ")
  return `${title}${links}${isInSync() ? "" : " (rules not in sync)"}`
}
