import type { Uuid } from '@app/contracts';
import type { Database } from '../database/database.js';

/** A request that may have been sent before. */
export interface RepeatableRequest {
  tenantId: Uuid;
  /** The same for the same principal, route and key. */
  id: string;
  /** The same for the same content. */
  hash: string;
  /** Of this try alone. */
  claim: Uuid;
}

/** What became of a try to take a request. */
export type RequestClaim =
  { outcome: 'claimed' | 'under_way' | 'different' } | { outcome: 'done'; status: number; body: string | null };

/** So many are purged of a tenant in one statement. */
const PORTION = 1_000;

/** Requests under an `Idempotency-Key`: done by one at a time, and remembered with what was answered. */
export class RepeatedRequests {
  constructor(private readonly database: Database) {}

  /** Takes a request to do it, unless somebody does it or has done it; in one round trip. */
  async claim(
    { tenantId, id, hash, claim }: RepeatableRequest,
    { holdMs, keepMs }: { holdMs: number; keepMs: number },
  ): Promise<RequestClaim> {
    const [row] = await this.database.oneInTenant<RequestClaim & Record<string, unknown>>({
      name: 'claim_request',
      text: 'select f.* from fence, lateral claim_request(fence.tenant_id, $2, $3, $4, $5, $6) as f',
      values: [tenantId, id, hash, claim, holdMs, keepMs],
    });
    // It was purged between the two looks: whoever asks again finds nothing in the way.
    return row ?? { outcome: 'under_way' };
  }

  /** Remembers what was answered, if the claim still holds. */
  async settle(
    { tenantId, id, claim }: RepeatableRequest,
    answer: { status: number; body: string | null },
  ): Promise<void> {
    await this.database.oneInTenant({
      name: 'settle_request',
      text: 'select settle_request(fence.tenant_id, $2, $3, $4, $5) from fence',
      values: [tenantId, id, claim, answer.status, answer.body],
    });
  }

  /** Lets a request be done again, at once: nothing came of this try. */
  async release({ tenantId, id, claim }: RepeatableRequest): Promise<void> {
    await this.database.oneInTenant({
      name: 'release_request',
      text: 'select release_request(fence.tenant_id, $2, $3) from fence',
      values: [tenantId, id, claim],
    });
  }

  /** Forgets what is past its time, of every tenant. Answers how many. */
  async purge(): Promise<number> {
    const due = await this.database.acrossTenants<{ tenant_id: Uuid }>(
      'select distinct tenant_id from idempotency_keys where expires_at <= clock_timestamp() limit 1000',
    );
    let purged = 0;
    for (const { tenant_id: tenantId } of due) {
      for (let gone = PORTION; gone === PORTION; purged += gone) {
        const [row] = await this.database.oneInTenant<{ gone: number }>({
          name: 'purge_requests',
          text: 'select purge_requests(fence.tenant_id, $2) as gone from fence',
          values: [tenantId, PORTION],
        });
        gone = row?.gone ?? 0;
      }
    }
    return purged;
  }
}
