import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accepting a message counts it, or refuses it when a quota is used up. Nothing else about it changes. */
export class MeteredMessages1764200000202 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(ACCEPT);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Functions are replaced by later migrations, not undone'));
  }
}

const ACCEPT = `
-- Stores a message once. Outcomes: accepted; duplicate (the same client message id, author and content: the first
-- one's id, seq and time); conflict (the same client message id with other content); channel_not_found. An id that is
-- taken raises unique_violation; a quota that is used up raises EQ001, with its kind as the message.
create or replace function accept_message(
  p_tenant uuid, p_channel uuid, p_id uuid, p_author uuid, p_author_name text, p_content text, p_source_type text,
  p_source_id text, p_in_reply_to uuid, p_metadata jsonb, p_raw jsonb, p_client_id text, p_hash text, p_targets uuid[],
  p_default_share int)
returns table (outcome text, id uuid, seq bigint, at timestamptz, message_server_id uuid, channel_type text,
  releases jsonb)
language plpgsql as $$
declare
  v_place record;
  v_seen record;
  v_channel record;
begin
  select * into v_place from next_place(p_tenant, p_channel);
  if v_place.seq is null then
    return query select 'channel_not_found', null::uuid, null::bigint, null::timestamptz, null::uuid, null::text, '[]'::jsonb;
    return;
  end if;
  select c.message_server_id, c.type into v_channel from channels c where c.tenant_id = p_tenant and c.id = p_channel;
  if p_client_id is not null then
    select m.id, m.seq, m.created_at, m.content_hash into v_seen from messages m
     where m.tenant_id = p_tenant and m.channel_id = p_channel and m.author_id = p_author
       and m.client_message_id = p_client_id;
    if found then
      update channel_heads h set last_seq = h.last_seq - 1 where h.tenant_id = p_tenant and h.channel_id = p_channel;
      return query select case when v_seen.content_hash is not distinct from p_hash then 'duplicate' else 'conflict' end, v_seen.id,
        v_seen.seq, v_seen.created_at, v_channel.message_server_id, v_channel.type, '[]'::jsonb;
      return;
    end if;
  end if;
  perform meter_message(p_tenant, p_id);
  insert into messages (tenant_id, id, channel_id, seq, author_id, author_name, content, source_type, source_id,
      in_reply_to, metadata, raw_message, client_message_id, content_hash, created_at, updated_at)
  values (p_tenant, p_id, p_channel, v_place.seq, p_author, p_author_name, p_content, p_source_type, p_source_id,
      p_in_reply_to, p_metadata, p_raw, p_client_id, p_hash, v_place.at, v_place.at);
  insert into channel_events (tenant_id, channel_id, seq, kind, message_id, at)
  values (p_tenant, p_channel, v_place.seq, 'message', p_id, v_place.at);
  perform owe_answers(p_tenant, p_channel, v_channel.type, p_id, v_place.seq, v_place.at, p_author, p_content,
      p_targets, 0);
  return query select 'accepted', p_id, v_place.seq, v_place.at, v_channel.message_server_id, v_channel.type,
      release_turns_json(p_tenant, p_default_share);
end $$;
`;
