import { FleetError, type Uuid } from '@app/contracts';
import { Database, type ApiKeyProof } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { Identity } from '../identity.js';
import { demandServed } from '../tenants/served.js';
import { parseApiKey, sameHash, type PresentedKey } from './api-key.js';

/** Finds out whether a key is good, by what its tenant keeps of it. */
@Injectable()
export class KeyVerifier {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Whom a key of a tenant stands for.
   *
   * @throws FleetError UNAUTHORIZED, the same whatever is wrong with it; TENANT_SUSPENDED
   */
  async verify(text: string): Promise<Identity> {
    const key = parseApiKey(text);
    if (!key) throw invalidKey();
    return this.compare(key);
  }

  private async compare(key: PresentedKey): Promise<Identity> {
    const proof = await this.database.inTenant(key.tenantId, (tenant) => tenant.apiKeys.proof(key.id));
    const lastsMs = proof && lastsOf(proof, key.hash);
    if (proof === undefined || lastsMs === undefined) throw invalidKey();
    demandServed(proof.status);
    return {
      context: {
        tenantId: key.tenantId,
        principal: 'key',
        principalId: keyPrincipal(key.id),
        scopes: proof.scopes ?? [],
        ...(lastsMs === Infinity ? {} : { expiresAt: Date.now() + lastsMs }),
      },
      tenantGeneration: proof.tenantGeneration,
      key: { id: key.id, generation: proof.generation ?? 0 },
      again: () => this.compare(key),
    };
  }
}

/** How a tenant's key is known to limits, repeated calls and audits, however often its secret changes. */
function keyPrincipal(id: Uuid): string {
  return `key:${id}`;
}

/** For how many milliseconds the secret of this hash is good; undefined when it is not. */
function lastsOf(proof: ApiKeyProof, hash: Buffer): number | undefined {
  const { secretHash, previousHash, revoked, endsInMs, previousEndsInMs } = proof;
  if (!secretHash || revoked) return undefined;
  const isCurrent = sameHash(hash, secretHash);
  const isPrevious = previousHash !== null && sameHash(hash, previousHash);
  if (!isCurrent && !isPrevious) return undefined;
  const lastsMs = Math.min(endsInMs ?? Infinity, isCurrent ? Infinity : (previousEndsInMs ?? 0));
  return lastsMs > 0 ? lastsMs : undefined;
}

function invalidKey(): FleetError {
  return new FleetError('UNAUTHORIZED', 'The key is not valid');
}
