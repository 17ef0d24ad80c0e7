import type { Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { MessageEntity } from '../entities/message.entity.js';
import { takesPart } from './takes-part.js';

/** Which messages are looked for. */
export interface MessageSearch {
  query: string;
  channelId?: Uuid;
  authorId?: Uuid;
  from?: Date;
  to?: Date;
  limit: number;
  offset: number;
  /** Only in channels this entity takes part in. */
  seenBy?: Uuid;
}

/** Finds messages of a tenant by their words. */
export class MessageSearchRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** The messages that fit, newest first; none when nothing in the query is a word. */
  async find(search: MessageSearch): Promise<MessageEntity[]> {
    const { query, channelId, authorId, from, to, limit, offset, seenBy } = search;
    const seen = takesPart({ tenant: '$1', channel: 'message_search.channel_id', entity: '$8' });
    const ids = await this.ask<{ message_id: Uuid }>(
      query,
      `select message_id from message_search
        where tenant_id = $1 and ($2::uuid is null or channel_id = $2) and ($3::uuid is null or author_id = $3)
          and ($4::timestamptz is null or created_at >= $4) and ($5::timestamptz is null or created_at <= $5)
          ${seenBy === undefined ? '' : `and ${seen}`}
        order by created_at desc, message_id limit $6 offset $7`,
      [
        ...[this.tenantId, channelId ?? null, authorId ?? null, from ?? null, to ?? null, limit, offset],
        ...(seenBy === undefined ? [] : [seenBy]),
      ],
    );
    if (ids.length === 0) return [];
    return this.manager
      .createQueryBuilder(MessageEntity, 'm')
      .where('m.tenantId = :tenantId and m.id = any(:ids)', {
        tenantId: this.tenantId,
        ids: ids.map((row) => row.message_id),
      })
      .orderBy({ 'm.createdAt': 'DESC', 'm.id': 'ASC' })
      .getMany();
  }

  /** The question stands in the transaction: row security asks it of every row, and that is the search. */
  private async ask<R>(query: string, text: string, values: unknown[]): Promise<R[]> {
    await this.manager.query(`select set_config('app.search', coalesce(search_question($1, $2)::text, ''), true)`, [
      this.tenantId,
      query,
    ]);
    const rows = await this.manager.query<R[]>(text, values);
    await this.manager.query(`select set_config('app.search', '', true)`);
    return rows;
  }
}
