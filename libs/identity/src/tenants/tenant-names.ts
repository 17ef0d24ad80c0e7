import { isIP } from 'node:net';
import { FleetError, isUuid, type Uuid } from '@app/contracts';
import { Database, TenantDirectory } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { IdentityEnv } from '../identity-env.js';
import { ShortMemory } from '../register/short-memory.js';

const MOST_NAMES = 10_000;
const REMEMBERED_MS = 10_000;

/** Finds tenants by host name and slug. What is found, or not, is remembered for ten seconds. */
@Injectable()
export class TenantNames {
  private readonly directory: TenantDirectory;
  private readonly known = new ShortMemory<Uuid | undefined>(MOST_NAMES, REMEMBERED_MS);

  constructor(
    @Inject(Database) database: Database,
    @Inject(IdentityEnv) private readonly env: IdentityEnv,
  ) {
    this.directory = new TenantDirectory(database);
  }

  /**
   * The tenant that is called by this `Host` header. Undefined for hosts that are the installation's own.
   *
   * @throws FleetError UNAUTHORIZED for a name under the installation's domain that is nobody's
   */
  async ofHost(header: string | undefined): Promise<Uuid | undefined> {
    const host = hostIn(header);
    if (host === undefined) return undefined;
    const domain = this.env.TENANT_DOMAIN?.toLowerCase();
    if (domain === undefined || !host.endsWith(`.${domain}`)) {
      return this.known.recall(`host:${host}`, () => this.directory.findByHost(host));
    }
    const tenantId = await this.ofSlug(host.slice(0, -domain.length - 1));
    if (tenantId === undefined) throw new FleetError('UNAUTHORIZED', 'No tenant has this host name');
    return tenantId;
  }

  /** The tenant a token means by an id or a slug. */
  async named(name: string): Promise<Uuid | undefined> {
    return isUuid(name) ? name.toLowerCase() : this.ofSlug(name);
  }

  private ofSlug(slug: string): Promise<Uuid | undefined> {
    return this.known.recall(`slug:${slug}`, () => this.directory.findBySlug(slug));
  }
}

/** The name in a `Host` header, where it is one that a tenant could have. */
function hostIn(header: string | undefined): string | undefined {
  const host = /^([a-z0-9.-]{1,253})(:\d{1,5})?$/.exec(header?.toLowerCase() ?? '')?.[1]?.replace(/\.$/, '');
  return host === undefined || !host.includes('.') || isIP(host) !== 0 ? undefined : host;
}
