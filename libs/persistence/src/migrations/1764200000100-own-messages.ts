import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A way in for those who may only write where they take part: whether they do is asked in the same round trip, under the
 * channel's lock, so who has just left is refused.
 */
export class OwnMessages1764200000100 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(ACCEPT_OWN);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(
      'drop function accept_own_message(uuid, uuid, uuid, uuid, text, text, text, text, uuid, jsonb, jsonb, text, text, uuid[], int)',
    );
  }
}

const ACCEPT_OWN = `
-- accept_message for an author who has to take part in the channel; to anybody else the channel is not there. The lock
-- comes before the look: whoever removes a participant holds it until that is committed.
create function accept_own_message(
  p_tenant uuid, p_channel uuid, p_id uuid, p_author uuid, p_author_name text, p_content text, p_source_type text,
  p_source_id text, p_in_reply_to uuid, p_metadata jsonb, p_raw jsonb, p_client_id text, p_hash text, p_targets uuid[],
  p_default_share int)
returns table (outcome text, id uuid, seq bigint, at timestamptz, message_server_id uuid, channel_type text,
  releases jsonb)
language plpgsql as $$
begin
  perform from channel_heads h where h.tenant_id = p_tenant and h.channel_id = p_channel for no key update;
  if not exists (select from channel_participants e
                  where e.tenant_id = p_tenant and e.channel_id = p_channel and e.entity_id = p_author) then
    return query select 'channel_not_found', null::uuid, null::bigint, null::timestamptz, null::uuid, null::text, '[]'::jsonb;
    return;
  end if;
  return query select a.* from accept_message(p_tenant, p_channel, p_id, p_author, p_author_name, p_content,
    p_source_type, p_source_id, p_in_reply_to, p_metadata, p_raw, p_client_id, p_hash, p_targets, p_default_share) a;
end $$;
`;
