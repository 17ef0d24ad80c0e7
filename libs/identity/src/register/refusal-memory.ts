import { createHash } from 'node:crypto';
import { FleetError } from '@app/contracts';
import { IdentityNews } from '@app/transport';
import { Inject, Injectable } from '@nestjs/common';

/** A credential that was refused is refused again without a look for so long, in milliseconds. */
const LASTS_MS = 5_000;

/** So many are remembered at one time; the oldest go first. */
const MOST_KEPT = 10_000;

/**
 * Credentials that were refused a moment ago: who shows the same one again and again costs no look into Postgres. Any
 * news of a tenant ends it, since what was wrong may be right now.
 */
@Injectable()
export class RefusalMemory {
  private readonly refused = new Map<string, { error: FleetError; until: number }>();

  constructor(@Inject(IdentityNews) news: IdentityNews) {
    news.hear(() => this.refused.clear());
  }

  /** What `prove` answers, unless it refused this proof just now. The proof itself is not kept. */
  async around<T>(proof: string, prove: () => Promise<T>): Promise<T> {
    const key = createHash('sha256').update(proof).digest('base64');
    const known = this.refused.get(key);
    if (known && known.until > performance.now()) throw known.error;
    try {
      return await prove();
    } catch (error) {
      if (error instanceof FleetError && error.code === 'UNAUTHORIZED') this.keep(key, error);
      throw error;
    }
  }

  private keep(key: string, error: FleetError): void {
    this.refused.delete(key);
    this.refused.set(key, { error, until: performance.now() + LASTS_MS });
    const oldest = this.refused.keys().next();
    if (this.refused.size > MOST_KEPT && !oldest.done) this.refused.delete(oldest.value);
  }
}
