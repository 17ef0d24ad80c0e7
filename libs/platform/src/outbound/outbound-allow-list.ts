import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** A host name with or without a port. A leading `*.` stands for any names before it. */
const HOST = /^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*(:\d{1,5})?$/;
/** Where clouds keep the credentials of a machine: never reached by a name, nor by a wide network. */
const LINK_LOCAL = ['169.254.0.0/16', 'fe80::/10'].map((network) => ipaddr.parseCIDR(network));

/**
 * What an operator lets tenants reach although it is not public: host names (`models.internal`, `*.corp.example`,
 * `localhost:11434`), addresses and networks (`10.1.0.0/16`), with commas between them. What is named may be reached on
 * every port, or on the one that stands behind the name. Link-local addresses have to be named by themselves.
 */
export class OutboundAllowList {
  private readonly hosts: string[] = [];
  private readonly networks: Network[] = [];

  /** @throws Error naming the entry that is neither a host nor a network */
  constructor(list = '') {
    for (const entry of list.toLowerCase().split(',')) {
      const text = entry.trim();
      if (text === '') continue;
      if (ipaddr.isValidCIDR(text)) this.networks.push(ipaddr.parseCIDR(text));
      else if (isIP(text)) this.networks.push([ipaddr.parse(text), isIP(text) === 4 ? 32 : 128]);
      else if (HOST.test(text)) this.hosts.push(text);
      else throw new Error(`OUTBOUND_ALLOW: "${text}" is neither a host name nor an address nor a network`);
    }
  }

  /** Whether the operator named this host. */
  namesHost(host: string, port: number): boolean {
    return this.hosts.some((entry) => {
      const [name = '', only] = entry.split(':');
      if (only !== undefined && Number(only) !== port) return false;
      return name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name;
    });
  }

  /** Whether the operator named this address, or a network it is in. */
  namesAddress(address: string): boolean {
    const parsed = ipaddr.parse(address);
    const demanded = isLinkLocal(address) ? (parsed instanceof ipaddr.IPv4 ? 32 : 128) : 0;
    return this.networks.some((network) => network[1] >= demanded && isIn(address, network));
  }
}

/** Whether an address reaches no further than the next router. */
export function isLinkLocal(address: string): boolean {
  return LINK_LOCAL.some((network) => isIn(address, network));
}

function isIn(address: string, network: Network): boolean {
  const parsed = ipaddr.parse(address);
  return parsed.kind() === network[0].kind() && parsed.match(network);
}
