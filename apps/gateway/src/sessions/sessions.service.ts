import { FleetError, newId, type CreateSessionDto, type SessionTimeoutDto, type Uuid } from '@app/contracts';
import { boundEntity, demandOwnEntity, type TenantContext } from '@app/identity';
import { Database, type Session, type SessionCounts, type TenantScope } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { GatewayEnv } from '../env.js';
import { makePrivateChannel, runningAgent } from '../messaging/private-channel.js';
import { changedLimits, usualLimits } from './session-limits.js';

/** How many sessions a list has at most. */
const LONGEST_LIST = 1_000;

/** Conversations that end by themselves. They are rows, so any gateway answers for any of them. */
@Injectable()
export class SessionsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(GatewayEnv) private readonly env: GatewayEnv,
  ) {}

  /** @throws FleetError AGENT_NOT_FOUND, VALIDATION_ERROR, ENTITY_MISMATCH */
  async create(caller: TenantContext, given: CreateSessionDto): Promise<Session> {
    const { tenantId } = caller;
    const { agentId, userId, metadata = {}, timeoutConfig = {} } = given;
    demandOwnEntity(caller, userId);
    const id = newId();
    return this.database.inTenant(tenantId, async (tenant) => {
      const { character } = await runningAgent(tenant, agentId);
      const limits = changedLimits(this.env, usualLimits(this.env, character), timeoutConfig);
      const about = { ...metadata, type: 'session', sessionId: id, agentId, userId };
      const channelId = await makePrivateChannel(tenant, { name: `session-${id}`, agentId, userId, metadata: about });
      return tenant.sessions.insert({ id, channelId, agentId, userId, metadata, ...limits });
    });
  }

  /** @throws FleetError SESSION_NOT_FOUND, SESSION_EXPIRED */
  async get(caller: TenantContext, id: Uuid): Promise<Session> {
    return this.database.inTenant(caller.tenantId, (tenant) => lasting(tenant, id, boundEntity(caller)));
  }

  /** The sessions that last, of the entity the caller says it is or of all, and how many there are. */
  async list({ tenantId, entityId }: TenantContext): Promise<{ sessions: Session[]; counts: SessionCounts }> {
    return this.database.inTenant(tenantId, async (tenant) => ({
      sessions: await tenant.sessions.list({ userId: entityId, limit: LONGEST_LIST }),
      counts: await tenant.sessions.count(entityId),
    }));
  }

  /** How many sessions there are; to an end user, of its own. */
  async count(caller: TenantContext): Promise<SessionCounts> {
    return this.database.inTenant(caller.tenantId, (tenant) => tenant.sessions.count(boundEntity(caller)));
  }

  /**
   * Prolongs a session, also one that does not renew itself.
   *
   * @throws FleetError SESSION_NOT_FOUND, SESSION_EXPIRED, SESSION_RENEWAL_FAILED
   */
  async renew(caller: TenantContext, id: Uuid): Promise<Session> {
    return this.database.inTenant(caller.tenantId, async (tenant) => {
      const session = await lasting(tenant, id, boundEntity(caller));
      // Where it ends already at its latest, there is nothing to be won.
      if (endsAtLatest(session)) throw noRenewal();
      const renewed = await tenant.sessions.renew(id, { even: true });
      if (!renewed) throw noRenewal();
      return renewed;
    });
  }

  /**
   * Notes that a session is in use, which prolongs it if it renews itself.
   *
   * @throws FleetError SESSION_NOT_FOUND, SESSION_EXPIRED
   */
  async use(caller: TenantContext, id: Uuid): Promise<{ session: Session; wasRenewed: boolean }> {
    const userId = boundEntity(caller);
    return this.database.inTenant(caller.tenantId, async (tenant) => {
      const renewed = await tenant.sessions.renew(id, { even: false, userId });
      if (renewed) return { session: renewed, wasRenewed: true };
      const touched = await tenant.sessions.touch(id, userId);
      return { session: touched ?? (await lasting(tenant, id, userId)), wasRenewed: false };
    });
  }

  /** @throws FleetError SESSION_NOT_FOUND, SESSION_EXPIRED, VALIDATION_ERROR */
  async setTimeout(caller: TenantContext, id: Uuid, asked: SessionTimeoutDto): Promise<Session> {
    return this.database.inTenant(caller.tenantId, async (tenant) => {
      const limits = changedLimits(this.env, await lasting(tenant, id, boundEntity(caller)), asked);
      return (await tenant.sessions.setLimits(id, limits)) ?? lasting(tenant, id);
    });
  }

  /**
   * Ends a session. What was said stays in its channel.
   *
   * @throws FleetError SESSION_NOT_FOUND
   */
  async remove(caller: TenantContext, id: Uuid): Promise<void> {
    await this.database.inTenant(caller.tenantId, async (tenant) => {
      if (!(await tenant.sessions.find(id, boundEntity(caller)))) throw notFound();
      if ((await tenant.sessions.delete([id])) === 0) throw notFound();
    });
  }
}

async function lasting(tenant: TenantScope, id: Uuid, userId?: Uuid): Promise<Session> {
  const session = await tenant.sessions.find(id, userId);
  if (!session) throw notFound();
  if (session.remainingMs <= 0) {
    throw new FleetError('SESSION_EXPIRED', 'Session has expired', { expiresAt: session.expiresAt.toISOString() });
  }
  return session;
}

function endsAtLatest({ createdAt, expiresAt, maxDurationMinutes }: Session): boolean {
  return expiresAt.getTime() >= createdAt.getTime() + maxDurationMinutes * 60_000;
}

function notFound(): FleetError {
  return new FleetError('SESSION_NOT_FOUND', 'Session not found');
}

function noRenewal(): FleetError {
  return new FleetError('SESSION_RENEWAL_FAILED', 'The session has reached its longest duration');
}
