import type { Uuid } from '@app/contracts';
import type { Remembered, TenantDirectory } from '@app/persistence';
import type { Identity } from '../identity.js';

/** The generations that are true now of what a number of identities rest on. */
export class GenerationMap {
  private constructor(private readonly known: Map<string, { tenant: number | null; key: number | null }>) {}

  /** Reads them, in one query however many there are. */
  static async of(identities: Iterable<Identity>, directory: TenantDirectory): Promise<GenerationMap> {
    const asked = new Map<string, Remembered>();
    for (const identity of identities)
      asked.set(nameOf(identity), { tenantId: tenantOf(identity), keyId: keyOf(identity) });
    const found = asked.size === 0 ? [] : await directory.generations([...asked.values()]);
    return new GenerationMap(new Map([...asked.keys()].map((name, index) => [name, found[index]!])));
  }

  /** Whether an identity rests on what is still true. */
  confirms(identity: Identity): boolean {
    const now = this.known.get(nameOf(identity));
    if (!now) return true; // it was not asked about: it is younger than this
    return now.tenant === identity.tenantGeneration && (!identity.key || now.key === identity.key.generation);
  }
}

function nameOf(identity: Identity): string {
  return `${tenantOf(identity)} ${keyOf(identity) ?? ''}`;
}

function tenantOf({ context }: Identity): Uuid {
  return context.tenantId;
}

function keyOf({ key }: Identity): Uuid | undefined {
  return key?.id;
}
