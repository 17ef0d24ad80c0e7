import { FleetError } from '@app/contracts';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isLinkLocal, type OutboundAllowList } from './outbound-allow-list.js';
import { isPublicAddress } from './outbound-address.js';

/** Finds all addresses of a host name. */
export type Resolver = (host: string) => Promise<ResolvedAddress[]>;

/** One address of a host. */
export interface ResolvedAddress {
  address: string;
  family: number;
}

/** A URL that may be asked, and the addresses that were checked for it. Nothing else may be connected to. */
export interface OutboundTarget {
  url: URL;
  addresses: ResolvedAddress[];
}

/** Where web and model servers listen. Other services must not be talked to in HTTP. */
const PORTS = [80, 443, 3000, 8000, 8080, 8443, 11434];

/** Asks the system, as any program on this machine would. */
export const systemResolver: Resolver = (host) => lookup(host, { all: true, verbatim: true });

/**
 * Reads a URL, which may be relative to another. Its host is normal afterwards: the parser knows decimal, octal and
 * hexadecimal IPv4 and the letters and dots of other scripts.
 *
 * @throws FleetError URL_NOT_ALLOWED
 */
export function readUrl(address: string | URL, base?: URL): URL {
  const url = URL.canParse(String(address), base?.href) ? new URL(address, base) : undefined;
  if (!url) throw refusal('something that is no URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refusal('another scheme than http or https');
  if (url.username !== '' || url.password !== '') throw refusal('a URL with a user name or password');
  return url;
}

/**
 * Checks where a URL leads: all addresses of its host. A host with one wrong address is refused whole, since nobody knows
 * which one a connection would take.
 *
 * @throws FleetError URL_NOT_ALLOWED, UPSTREAM_FAILED when the host has no address
 */
export async function checkTarget(
  url: URL,
  { allow, resolve }: { allow: OutboundAllowList; resolve: Resolver },
): Promise<OutboundTarget> {
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  // Brackets of IPv6 are the URL's; the dot at the end says that a name is whole.
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const named = allow.namesHost(host, port);
  if (isIP(host) === 0 && !named && !host.includes('.')) throw refusal('a name without a domain');
  const addresses = await addressesOf(host, resolve);
  for (const { address: found } of addresses) {
    if (isIP(found) === 0) throw refusal('something that is no address');
    if (allow.namesAddress(found)) continue;
    if (named && !isLinkLocal(found)) continue;
    if (!isPublicAddress(found)) throw refusal('an address that is not public');
    if (!PORTS.includes(port)) throw refusal(`port ${port}`);
  }
  return { url, addresses };
}

async function addressesOf(host: string, resolve: Resolver): Promise<ResolvedAddress[]> {
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  const found = await resolve(host).catch(() => []);
  if (found.length === 0) throw new FleetError('UPSTREAM_FAILED', 'The host has no address');
  return found;
}

function refusal(what: string): FleetError {
  return new FleetError(
    'URL_NOT_ALLOWED',
    `Requests may not go to ${what}; the operator may allow it (OUTBOUND_ALLOW)`,
  );
}
