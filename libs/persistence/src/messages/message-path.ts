import type { JsonObject, Uuid } from '@app/contracts';
import type { Database, Statement } from '../database/database.js';
import type { Release } from '../turns/release.js';

/** A message on its way in. */
export interface NewMessage {
  id: Uuid;
  channelId: Uuid;
  authorId: Uuid;
  authorName?: string;
  content: string;
  sourceType?: string;
  sourceId?: string;
  inReplyTo?: Uuid;
  metadata: JsonObject;
  rawMessage?: JsonObject;
  /** The id its sender gave it, and the hash of what it says: together they tell a repetition from a mix-up. */
  clientMessageId?: string;
  contentHash?: string;
  /** Agents spoken to beside those whose name stands in the text. */
  targets: Uuid[];
}

/** What became of a message. */
export type Acceptance =
  | { outcome: 'channel_not_found' }
  | ({ outcome: 'accepted' | 'duplicate' | 'conflict' } & {
      id: Uuid;
      seq: number;
      at: Date;
      messageServerId: Uuid;
      channelType: string;
      /** Turns of this tenant to enqueue now. */
      releases: Release[];
    });

interface Row {
  outcome: 'accepted' | 'duplicate' | 'conflict' | 'channel_not_found';
  id: Uuid;
  seq: string;
  at: Date;
  message_server_id: Uuid;
  channel_type: string;
  releases: Release[];
}

const accepting = (by: string): string =>
  `select f.* from fence, lateral ${by}(fence.tenant_id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) as f`;

/** The statements, by whether the author has to take part in the channel. */
const ACCEPT = { name: 'accept', text: accepting('accept_message') };
const ACCEPT_OWN = { name: 'accept-own', text: accepting('accept_own_message') };

/** The way of a message into its channel. */
export class MessagePath {
  constructor(
    private readonly database: Database,
    private readonly defaultShare: number,
  ) {}

  /**
   * Stores a message, numbers it in its channel and notes who owes an answer, in one round trip. Once it returns
   * `accepted` the message is durable. The same client message id of the same author stores nothing again.
   *
   * @param own whether there is no such channel for an author who does not take part in it
   * @throws FleetError QUOTA_EXCEEDED when the tenant's plan has nothing left for a message this month
   */
  async accept(tenantId: Uuid, message: NewMessage, { own = false } = {}): Promise<Acceptance> {
    return this.store(tenantId, message, own ? ACCEPT_OWN : ACCEPT);
  }

  private async store(
    tenantId: Uuid,
    message: NewMessage,
    statement: Pick<Statement, 'name' | 'text'>,
  ): Promise<Acceptance> {
    const [row] = await this.database.oneInTenant<Row>({
      ...statement,
      values: [
        tenantId,
        message.channelId,
        message.id,
        message.authorId,
        message.authorName ?? null,
        message.content,
        message.sourceType ?? null,
        message.sourceId ?? null,
        message.inReplyTo ?? null,
        JSON.stringify(message.metadata),
        message.rawMessage ? JSON.stringify(message.rawMessage) : null,
        message.clientMessageId ?? null,
        message.contentHash ?? null,
        message.targets,
        this.defaultShare,
      ],
    });
    if (!row || row.outcome === 'channel_not_found') return { outcome: 'channel_not_found' };
    return {
      outcome: row.outcome,
      id: row.id,
      seq: Number(row.seq),
      at: row.at,
      messageServerId: row.message_server_id,
      channelType: row.channel_type,
      releases: row.releases,
    };
  }
}
