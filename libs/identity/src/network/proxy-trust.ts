import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** Where a request comes from, as far as it is believed. */
export interface Origin {
  /** The address of the client itself, not of a proxy that is trusted. */
  address: string;
  /** The `Host` that the client called. */
  host?: string;
  /** Whether the client is on this machine, and nobody who is not trusted says otherwise. */
  isLocal: boolean;
}

const NAMED: Record<string, string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** What only proxies write. From anybody else it is a lie, or comes through a proxy we do not know. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Whose `X-Forwarded-For` and `X-Forwarded-Host` are believed: those of proxies within so many hops (`1`), or at these
 * addresses (`loopback`, `10.1.0.0/16, 192.0.2.7`). There is no setting that believes everybody.
 */
export class ProxyTrust {
  private readonly hops: number;
  private readonly networks: Network[] = [];

  /** @throws Error naming what is neither a number of hops nor an address */
  constructor(setting = '0') {
    const isCount = /^\d{1,2}$/.test(setting);
    this.hops = isCount ? Number(setting) : 0;
    if (isCount) return;
    for (const entry of setting.split(',').map((text) => text.trim().toLowerCase())) {
      this.networks.push(...networksOf(entry));
    }
  }

  /** Whether what this address forwards is believed. The one we are connected to is at hop 0. */
  trusts(address: string, hop: number): boolean {
    if (hop < this.hops) return true;
    return isIP(address) !== 0 && this.networks.some((network) => isIn(address, network));
  }

  /** Where a request comes from. */
  originOf({ headers, socket }: IncomingMessage): Origin {
    const peer = plain(socket.remoteAddress ?? '');
    const isProxied = this.trusts(peer, 0);
    const address = isProxied ? this.client(peer, listOf(headers['x-forwarded-for'])) : peer;
    const host = (isProxied ? listOf(headers['x-forwarded-host'])[0] : undefined) ?? headers.host;
    // A trusted proxy that does not say whom it serves may serve anybody.
    const isTold = isProxied && 'x-forwarded-for' in headers;
    const isHonest = isTold || !FORWARDED.some((name) => name in headers);
    return { address, host, isLocal: isHonest && isLoopback(address) };
  }

  /**
   * The headers by which a service of ours that trusts this process learns who calls. One who seems to be on this machine
   * and says that he is not gets an address that nobody has.
   */
  headersFor(request: IncomingMessage): Record<string, string> {
    const { address, host, isLocal } = this.originOf(request);
    const isInDoubt = isLoopback(address) && !isLocal;
    return {
      'x-forwarded-for': isInDoubt ? 'unknown' : address,
      ...(host === undefined ? {} : { 'x-forwarded-host': host }),
    };
  }

  /** From the nearest to the farthest: the first that is no proxy of ours is the client. */
  private client(peer: string, forwarded: string[]): string {
    const chain = [peer, ...forwarded.reverse()];
    const index = chain.findIndex((address, hop) => !this.trusts(address, hop));
    return chain[index] ?? chain.at(-1)!;
  }
}

function isLoopback(address: string): boolean {
  return networksOf('loopback').some((network) => isIn(address, network));
}

function networksOf(entry: string): Network[] {
  const texts = NAMED[entry] ?? [isIP(entry) === 0 ? entry : `${entry}/${isIP(entry) === 4 ? 32 : 128}`];
  return texts.map((text) => {
    if (!ipaddr.isValidCIDR(text))
      throw new Error(`TRUST_PROXY: "${entry}" is neither a number of hops nor an address`);
    return ipaddr.parseCIDR(text);
  });
}

function isIn(address: string, network: Network): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  return parsed.kind() === network[0].kind() && parsed.match(network);
}

function listOf(header: string | string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  return text
    .split(',')
    .map((part) => plain(part.trim()))
    .filter((part) => part !== '');
}

/** An IPv4 address that a dual-stack socket tells as IPv6. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
