import { createHash } from 'node:crypto';
import { effectiveLimits, FleetError, type Holder, type LimitedKind } from '@app/contracts';
import { PlanBook } from '@app/persistence';
import { RateLimiter, SocketCensus, type Bound, type Spending, type Verdict } from '@app/transport';
import { Inject, Injectable } from '@nestjs/common';
import { IdentityEnv } from '../identity-env.js';
import { INSTALLATION_KEY, type TenantContext } from '../tenant-context.js';

/** Who counts as one: a key, a person, or whoever shares an address. */
type Holders = Partial<Record<Exclude<Holder, 'tenant'>, string>>;

/** What is known of a request beside its caller. */
interface About {
  address?: string;
  /** It changes nothing. */
  reads?: boolean;
}

/** Holds tenants and their callers to their plans. All processes that let callers in count together. */
@Injectable()
export class LimitsService {
  constructor(
    @Inject(IdentityEnv) private readonly env: IdentityEnv,
    @Inject(PlanBook) private readonly plans: PlanBook,
    @Inject(RateLimiter) private readonly rates: RateLimiter,
    @Inject(SocketCensus) private readonly sockets: SocketCensus,
  ) {}

  /**
   * Counts one of `kind` against its tenant and its caller. Answers how the caller stands with the limit it is nearest
   * to; undefined when nothing is limited. While Redis is away reads pass, and anything else gets this process's part.
   */
  async spend(caller: TenantContext, kind: LimitedKind, about: About = {}): Promise<Verdict | undefined> {
    if (this.off) return undefined;
    const { limits } = await this.plans.planOf(caller.tenantId);
    const { tenant, key, user } = effectiveLimits(limits)[kind];
    const holders = holdersOf(caller, about.address);
    const spendings: Spending[] = [];
    if (tenant) spendings.push({ name: kind, rate: tenant });
    if (key && holders.key) spendings.push({ name: `${kind}:key:${holders.key}`, rate: key });
    if (user && holders.user) spendings.push({ name: `${kind}:user:${holders.user}`, rate: user });
    return this.rates.spend(caller.tenantId, spendings, about.reads ? 'open' : 1 / this.sockets.gateways);
  }

  /**
   * Counts a message.
   *
   * @throws FleetError RATE_LIMIT_EXCEEDED
   */
  async spendMessage(caller: TenantContext): Promise<void> {
    const standing = await this.spend(caller, 'messages');
    if (standing && !standing.allowed) throw tooFast('messages', standing);
  }

  /**
   * Counts a socket in. Answers how to count it out again.
   *
   * @throws FleetError RATE_LIMIT_EXCEEDED when there are as many as there may be
   */
  async enter(caller: TenantContext, address: string): Promise<() => void> {
    if (this.off) return () => undefined;
    const { limits } = await this.plans.planOf(caller.tenantId);
    const most = effectiveLimits(limits).sockets;
    const holders = holdersOf(caller, address);
    const bounds: Bound[] = [];
    if (most.tenant !== undefined) bounds.push({ name: 'all', most: most.tenant });
    if (most.key !== undefined && holders.key) bounds.push({ name: `key:${holders.key}`, most: most.key });
    if (most.user !== undefined && holders.user) bounds.push({ name: `user:${holders.user}`, most: most.user });
    const reached = await this.sockets.enter(caller.tenantId, bounds);
    if (reached) {
      throw new FleetError('RATE_LIMIT_EXCEEDED', `No more than ${reached.most} sockets may be connected at one time`, {
        limit: reached.most,
      });
    }
    return () =>
      this.sockets.leave(
        caller.tenantId,
        bounds.map((bound) => bound.name),
      );
  }

  private get off(): boolean {
    return !this.env.RATE_LIMITS;
  }
}

/** The refusal of what comes too fast, with the time after which it may come again. */
export function tooFast(kind: LimitedKind, { rate, retryMs }: Verdict): FleetError {
  const retryAfter = Math.max(1, Math.ceil(retryMs / 1_000));
  const code = kind === 'uploads' ? 'UPLOAD_RATE_LIMIT_EXCEEDED' : 'RATE_LIMIT_EXCEEDED';
  const message = `Too many ${kind}: ${rate.limit} in ${rate.seconds} seconds are allowed. Try again in ${retryAfter} s`;
  return new FleetError(code, message, { limit: rate.limit, seconds: rate.seconds, retryAfter });
}

/**
 * A key of the tenant acts for many people and is one holder; a person is one wherever it comes from. Where nobody has
 * to prove anything, or all have the same key, whoever shares an address is one, as in ElizaOS.
 */
function holdersOf(caller: TenantContext, address: string | undefined): Holders {
  const { principal, principalId, entityId } = caller;
  if (principal === 'user') return { user: shortened(principalId) };
  if (principal === 'key' && principalId !== INSTALLATION_KEY) return { key: shortened(principalId) };
  return { user: shortened(address ?? entityId) };
}

/** Names of people and addresses do not go to Redis. */
function shortened(name: string | undefined): string | undefined {
  return name === undefined ? undefined : createHash('sha256').update(name).digest('base64url').slice(0, 22);
}
