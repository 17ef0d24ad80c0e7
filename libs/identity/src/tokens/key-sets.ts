import { FleetError } from '@app/contracts';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';

/** How key sets are fetched: their addresses come from tenants, so this reaches only what tenants may. */
export const KEY_SET_FETCH = Symbol('fetch of key sets');

/** Keys are fetched anew after so long, in milliseconds. */
const FRESH_MS = 300_000;

/** An unknown key id makes us look again at most so often, in milliseconds, whoever sends it. */
const LOOK_AGAIN_MS = 30_000;

/** While the issuer is away its last keys are good for so long, in milliseconds, … */
const STALE_MS = 3_600_000;

/** … and it is asked again at most so often. */
const RETRY_MS = 10_000;

const FETCH_MS = 5_000;
const MOST_SETS = 1_000;

/** The public keys of issuers, fetched when they are needed and kept while the issuer is away. */
@Injectable()
export class KeySets {
  private readonly sets = new Map<string, JWTVerifyGetKey>();
  private readonly logger = new Logger('KeySets');

  constructor(@Inject(KEY_SET_FETCH) private readonly fetch: typeof globalThis.fetch) {}

  /** Finds the key of a token in the set at `url`. */
  at(url: string): JWTVerifyGetKey {
    const known = this.sets.get(url);
    if (known) return known;
    const made = createRemoteJWKSet(new URL(url), {
      cacheMaxAge: FRESH_MS,
      cooldownDuration: LOOK_AGAIN_MS,
      timeoutDuration: FETCH_MS,
      [customFetch]: this.throughOutages(url),
    });
    this.sets.set(url, made);
    for (const oldest of this.sets.keys()) {
      if (this.sets.size <= MOST_SETS) break;
      this.sets.delete(oldest);
    }
    return made;
  }

  /** A fetch of one address that answers what it last got while the address does not. */
  private throughOutages(url: string): typeof globalThis.fetch {
    let last: { text: string; at: number } | undefined;
    let failedAt: number | undefined;
    return async (input, init) => {
      try {
        if (failedAt !== undefined && Date.now() - failedAt < RETRY_MS) throw new Error('It was away a moment ago');
        last = { text: await this.fetchText(input, init), at: Date.now() };
        failedAt = undefined;
      } catch (error) {
        if (failedAt === undefined || Date.now() - failedAt >= RETRY_MS) {
          failedAt = Date.now();
          this.logger.warn(`The keys at ${new URL(url).host} cannot be fetched: ${(error as Error).message}`);
        }
        if (!last || Date.now() - last.at > STALE_MS) {
          throw new FleetError('UNAVAILABLE', 'The keys of the token’s issuer cannot be had right now');
        }
      }
      return new Response(last.text);
    };
  }

  private async fetchText(...[input, init]: Parameters<typeof globalThis.fetch>): Promise<string> {
    const response = await this.fetch(input, init);
    const text = await response.text();
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    const { keys } = JSON.parse(text) as { keys?: unknown };
    if (!Array.isArray(keys)) throw new Error('no key set');
    return text;
  }
}
