import ipaddr from 'ipaddr.js';

/** IPv6 that is routed in the Internet; what else calls itself unicast is reserved. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** Azure's agent of the host, at an address that looks public. */
const HOST_AGENTS = ['168.63.129.16'];

/**
 * Whether an address belongs to the Internet at large. Everything else is refused: private, loopback, link-local (where
 * clouds keep their credentials), shared (CGNAT), multicast, reserved and documentation ranges, and all forms of IPv6
 * that carry an IPv4 address (mapped, NAT64, 6to4, Teredo).
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast' || HOST_AGENTS.includes(parsed.toString())) return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST);
}
