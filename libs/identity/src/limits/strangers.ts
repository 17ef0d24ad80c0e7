import { createHash } from 'node:crypto';
import { FleetError, type Rate } from '@app/contracts';
import { RateLimiter, SocketCensus, type Verdict } from '@app/transport';
import { Inject, Injectable } from '@nestjs/common';
import { IdentityEnv } from '../identity-env.js';

/** So many credentials that are refused an address may show: people mistype, guessers do nothing else. */
export const REFUSED_RATE: Rate = { limit: 30, seconds: 60 };

/** So many requests to what is open to everybody an address may send: many people may share one. */
export const PUBLIC_RATE: Rate = { limit: 6_000, seconds: 60 };

/** So many addresses that have to wait are remembered at one time; the oldest go first. */
const MOST_WAITING = 10_000;

/** Callers of whom nothing is known but their address. All processes that let callers in count them together. */
@Injectable()
export class Strangers {
  /** Until when what an address shows is not looked at, in milliseconds of `performance.now`. */
  private readonly waiting = new Map<string, number>();

  constructor(
    @Inject(IdentityEnv) private readonly env: IdentityEnv,
    @Inject(RateLimiter) private readonly rates: RateLimiter,
    @Inject(SocketCensus) private readonly census: SocketCensus,
  ) {}

  /**
   * Makes sure that an address did not show too many credentials that were refused. Asks nobody: who showed a good one
   * and is still believed need not be asked about at all.
   *
   * @throws FleetError RATE_LIMIT_EXCEEDED
   */
  demandPatience(address: string): void {
    const waitMs = (this.waiting.get(address) ?? 0) - performance.now();
    if (waitMs <= 0) return;
    const retryAfter = Math.ceil(waitMs / 1_000);
    const message = `Too many credentials from this address were refused. Try again in ${retryAfter} s`;
    throw new FleetError('RATE_LIMIT_EXCEEDED', message, { ...REFUSED_RATE, retryAfter });
  }

  /** Looks at what an address shows, if it shows anything, and counts it when it is refused. */
  async guarded<T>(address: string, isShown: boolean, look: () => Promise<T> | T): Promise<T> {
    try {
      return await look();
    } catch (error) {
      if (isShown && error instanceof FleetError && error.code === 'UNAUTHORIZED') await this.noteRefusal(address);
      throw error;
    }
  }

  private async noteRefusal(address: string): Promise<void> {
    const standing = await this.spend('refused', address, REFUSED_RATE);
    // The one that uses up the last of it is answered as it is; from there on nothing is looked at.
    if (!standing || (standing.allowed && standing.remaining > 0)) return;
    const waitMs = standing.allowed ? (REFUSED_RATE.seconds * 1_000) / REFUSED_RATE.limit : standing.retryMs;
    this.waiting.delete(address);
    this.waiting.set(address, performance.now() + waitMs);
    const oldest = this.waiting.keys().next();
    if (this.waiting.size > MOST_WAITING && !oldest.done) this.waiting.delete(oldest.value);
  }

  /** Counts a request to what is open to everybody. */
  async spendPublic(address: string): Promise<Verdict | undefined> {
    return this.spend('public', address, PUBLIC_RATE);
  }

  private async spend(kind: 'refused' | 'public', address: string, rate: Rate): Promise<Verdict | undefined> {
    if (!this.env.RATE_LIMITS) return undefined;
    const alone = kind === 'public' ? 'open' : 1 / this.census.gateways;
    return this.rates.spend(undefined, [{ name: `${kind}:${shortened(address)}`, rate }], alone);
  }
}

/** Addresses of people do not go to Redis. */
function shortened(address: string): string {
  return createHash('sha256').update(address).digest('base64url').slice(0, 22);
}
