import type { Character, JsonObject, UsageKind, Uuid } from '@app/contracts';
import type { Database } from '../database/database.js';
import type { SealedSecret } from '../repositories/agent-secrets.repository.js';
import type { Release } from './release.js';

/** A claimed turn with all its engine needs to know. */
export interface ClaimedTurn {
  tenantId: Uuid;
  turnId: Uuid;
  attempt: number;
  /** So many attempts count no more, since an operator had it tried anew. */
  attemptsBefore: number;
  messageId: Uuid;
  depth: number;
  agent: { id: Uuid; version: number; character: Character; secrets: SealedSecret[] };
  channel: { id: Uuid; type: string; serverId: Uuid; name: string };
  /** Oldest first, up to and with the message to answer. */
  history: HistoryLine[];
  participants: { id: Uuid; name: string | null; agent: boolean }[];
  /** What the tenant has set for all its agents. */
  tenantSettings: SealedSecret[];
  /** A quota of which the tenant has nothing left this month: the turn is not to be run. */
  usedUp?: UsageKind;
}

/** A message of the channel's history. */
export interface HistoryLine {
  id: Uuid;
  seq: number;
  authorId: Uuid;
  authorName: string | null;
  text: string;
  attachments: JsonObject[] | null;
  inReplyTo: Uuid | null;
  /** Epoch milliseconds. */
  createdAt: number;
}

/** A turn a worker holds. */
export interface HeldTurn {
  tenantId: Uuid;
  turnId: Uuid;
  attempt: number;
}

/** What a renewal finds; `stopping` was asked to stop and is to be settled. */
export type RenewedState = 'running' | 'stopping' | 'cancelled' | 'lost';

/** How an attempt ended. */
export interface Settlement {
  /** `cancelled`: it was asked to stop; its replies are what it had said by then. */
  result: 'completed' | 'failed' | 'retry' | 'cancelled';
  replies: { id: Uuid; content: string; metadata: JsonObject; raw?: JsonObject }[];
  error?: { kind: string; message: string };
  usage: { inputTokens: number; outputTokens: number };
  /** With `retry`: how long to wait before the next attempt, in milliseconds. */
  retryInMs?: number;
  /** Stored if the attempt is settled. */
  log?: TurnLog;
}

/** What an attempt did, step by step, for its agent's log. */
export interface TurnLog {
  agentId: Uuid;
  /** Who asked. */
  entityId: Uuid;
  roomId: Uuid;
  /** Ids are ordered by time, oldest first; `at` in epoch milliseconds. */
  steps: { id: Uuid; type: string; at: number; body: JsonObject }[];
}

/**
 * What a settlement did. `lost`: the attempt no longer held the lease, nothing was written. `cancelled`: it was to be tried
 * again, and had been asked to stop.
 */
export type Settled =
  | { outcome: 'lost' }
  | { outcome: 'cancelled'; releases: Release[] }
  | { outcome: 'settled'; replies: { id: Uuid; seq: number; at: number }[]; releases: Release[] };

/** How a worker's turns are bounded. */
export interface TurnPathConfig {
  worker: string;
  leaseMs: number;
  /** How many messages of history a turn is given. */
  history: number;
  /** How many agents may answer each other in a row. */
  maxDepth: number;
  defaultShare: number;
}

const CLAIM = `select f.*,
    (select t.attempts_before from turns t where t.tenant_id = fence.tenant_id and t.id = $2) as attempts_before,
    used_up(fence.tenant_id, '{inputTokens,outputTokens}') as used_up,
    array(select jsonb_build_object('name', s.name, 'keyId', s.key_id, 'ciphertext', encode(s.ciphertext, 'base64'))
            from tenant_settings s where s.tenant_id = fence.tenant_id) as tenant_settings
  from fence, lateral claim_turn(fence.tenant_id, $2, $3, $4, $5) as f`;
const SETTLE = `select f.* from fence, lateral settle_logged_turn(fence.tenant_id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) as f`;
const RENEW = `select f.* from fence, lateral renew_turns($2, $3, $4, $5) as f`;
const RELEASE = `select f.turn_id as "turnId", f.attempt, f.release_no as "releaseNo", f.priority from fence, lateral release_turns(fence.tenant_id, $2) as f`;

interface ClaimRow {
  attempt: number;
  attempts_before: number;
  message_id: Uuid;
  depth: number;
  agent: Omit<ClaimedTurn['agent'], 'secrets'> & { secrets: SentSecret[] };
  channel: ClaimedTurn['channel'];
  history: HistoryLine[];
  participants: ClaimedTurn['participants'];
  tenant_settings: SentSecret[];
  used_up: UsageKind | null;
}

/** A sealed secret as it comes in JSON. */
type SentSecret = Omit<SealedSecret, 'ciphertext'> & { ciphertext: string };

interface SettleRow {
  outcome: 'settled' | 'cancelled' | 'lost';
  replies: { id: Uuid; seq: number; at: number }[];
  releases: Release[];
}

/** The way of a turn through a worker: each step is one round trip and refuses whoever is not its turn's holder. */
export class TurnPath {
  constructor(
    private readonly database: Database,
    private readonly config: TurnPathConfig,
  ) {}

  /** Takes a released turn under a lease; undefined when it is no longer to be had. */
  async claim(tenantId: Uuid, turnId: Uuid): Promise<ClaimedTurn | undefined> {
    const [row] = await this.database.oneInTenant<ClaimRow>({
      name: 'claim',
      text: CLAIM,
      values: [tenantId, turnId, this.config.worker, this.config.leaseMs, this.config.history],
    });
    if (!row) return undefined;
    return {
      tenantId,
      turnId,
      attempt: row.attempt,
      attemptsBefore: row.attempts_before,
      messageId: row.message_id,
      depth: row.depth,
      agent: { ...row.agent, secrets: row.agent.secrets.map(received) },
      channel: row.channel,
      history: row.history,
      participants: row.participants,
      tenantSettings: row.tenant_settings.map(received),
      usedUp: row.used_up ?? undefined,
    };
  }

  /** Prolongs leases, of any tenants at once. Answers what became of each turn; `running` and `stopping` are still held. */
  async renew(held: HeldTurn[]): Promise<Map<Uuid, RenewedState>> {
    const first = held[0];
    if (!first) return new Map();
    const rows = await this.database.oneInTenant<{ turn_id: Uuid; state: RenewedState }>({
      name: 'renew',
      text: RENEW,
      values: [
        first.tenantId,
        held.map((turn) => turn.tenantId),
        held.map((turn) => turn.turnId),
        held.map((turn) => turn.attempt),
        this.config.leaseMs,
      ],
    });
    return new Map(rows.map((row) => [row.turn_id, row.state]));
  }

  /** Ends an attempt: replies, state and what may start next, all or nothing. */
  async settle(held: HeldTurn, end: Settlement): Promise<Settled> {
    const [row] = await this.database.oneInTenant<SettleRow>({
      name: 'settle',
      text: SETTLE,
      values: [
        held.tenantId,
        held.turnId,
        held.attempt,
        end.result,
        JSON.stringify(end.replies),
        end.error?.kind ?? null,
        end.error?.message.slice(0, 1_000) ?? null,
        end.usage.inputTokens,
        end.usage.outputTokens,
        end.retryInMs ?? 0,
        // What was broken off calls nobody.
        end.result === 'cancelled' ? -1 : this.config.maxDepth,
        this.config.defaultShare,
        end.log ? JSON.stringify(end.log) : null,
      ],
    });
    if (!row || row.outcome === 'lost') return { outcome: 'lost' };
    if (row.outcome === 'cancelled') return { outcome: 'cancelled', releases: row.releases };
    return { outcome: 'settled', replies: row.replies, releases: row.releases };
  }

  /** Releases what the tenant's share allows. */
  async release(tenantId: Uuid): Promise<Release[]> {
    return this.database.oneInTenant<Release & Record<string, unknown>>({
      name: 'release',
      text: RELEASE,
      values: [tenantId, this.config.defaultShare],
    });
  }
}

function received(sent: SentSecret): SealedSecret {
  return { ...sent, ciphertext: Buffer.from(sent.ciphertext, 'base64') };
}
