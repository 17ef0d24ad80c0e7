/**
 * What is read of an ElizaOS 1.7.2 database. Times without a zone are UTC there; ids of channels and messages are texts,
 * and one that is no UUID is left out here and missed when the counts are compared.
 */
const UUID = `'^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$'`;
const utc = (column: string, name: string): string => `${column} at time zone 'UTC' as "${name}"`;

/** Tables that make a database one of ElizaOS 1.7.2. */
export const TABLES = [
  'agents',
  'message_servers',
  'message_server_agents',
  'channels',
  'channel_participants',
  'central_messages',
  'memories',
  'rooms',
  'worlds',
] as const;

/** Tables that have no counterpart, or whose rows mean nothing elsewhere. Not every installation has all of them. */
export const STAY_BEHIND = [
  'entities',
  'participants',
  'components',
  'relationships',
  'embeddings',
  'logs',
  'tasks',
  'cache',
];

export const AGENTS = `
select id, name, enabled, created_at as "createdAt", updated_at as "updatedAt",
       jsonb_build_object('name', name, 'username', username, 'system', system, 'bio', bio,
         'messageExamples', message_examples, 'postExamples', post_examples, 'topics', topics, 'adjectives', adjectives,
         'knowledge', knowledge, 'plugins', plugins, 'settings', settings, 'style', style) as character
  from agents order by id`;

export const SERVERS = `
select id, name, source_type as "sourceType", source_id as "sourceId", metadata, ${utc('created_at', 'createdAt')},
       ${utc('updated_at', 'updatedAt')}
  from message_servers order by id`;

export const SERVER_AGENTS = `
select message_server_id as "serverId", agent_id as "agentId" from message_server_agents order by ctid`;

export const CHANNELS = `
select c.id::uuid as id, c.message_server_id as "serverId", c.name, c.type, c.source_type as "sourceType",
       c.source_id as "sourceId", c.topic, c.metadata, ${utc('c.created_at', 'createdAt')},
       ${utc('c.updated_at', 'updatedAt')},
       (select coalesce(jsonb_agg(lower(p.entity_id) order by p.ctid), '[]') from channel_participants p
         where p.channel_id = c.id and p.entity_id ~ ${UUID}) as participants
  from channels c where c.id ~ ${UUID} order by c.id`;

/** In the order of their places. Of two at the same moment it is the same one each time that comes first. */
export const MESSAGES = `
select m.id::uuid as id, m.channel_id::uuid as "channelId", m.author_id::uuid as "authorId", m.content,
       m.source_type as "sourceType", m.source_id as "sourceId",
       case when m.in_reply_to_root_message_id ~ ${UUID} then m.in_reply_to_root_message_id::uuid end as "inReplyTo",
       m.metadata, m.raw_message as "rawMessage", ${utc('m.created_at', 'createdAt')}, ${utc('m.updated_at', 'updatedAt')}
  from central_messages m
 where m.id ~ ${UUID} and m.channel_id ~ ${UUID} and m.author_id ~ ${UUID}
 order by m.channel_id, m.created_at, m.id`;

export const WORLDS = `
select w.agent_id as "agentId", w.id, w.name, w.message_server_id as "messageServerId", w.metadata,
       ${utc('w.created_at', 'createdAt')},
       case when s.id is not null then 'server' when c.id is not null then 'channel' end as "standsFor"
  from worlds w
  left join message_servers s on s.id = w.message_server_id and coalesce(w.metadata, '{}') = '{}'
  left join channels c on c.id = w.id::text
 order by w.id`;

/** A room for a channel bears its hash, or the channel's own id where an answer was waited for. */
export const ROOMS = `
select coalesce(r.agent_id, w.agent_id) as "agentId", r.id, coalesce(r.name, r.id::text) as name, r.source, r.type,
       r.world_id as "worldId", r.message_server_id as "messageServerId", r.metadata, ${utc('r.created_at', 'createdAt')},
       case when c.id is not null then 'channel' when r.channel_id <> r.id::text then 'deleted channel' end as "standsFor"
  from rooms r
  left join worlds w on w.id = r.world_id
  left join channels c on c.id = r.channel_id
 where coalesce(r.agent_id, w.agent_id) is not null
 order by r.id`;

/**
 * An agent's memory of its own reply has the reply's id, that of what it heard names the message as its source. Where an
 * answer was waited for, the memory stands in a room with the channel's id and names nothing.
 */
export const MEMORIES = `
select m.agent_id as "agentId", m.id, m.type, m.content, m.metadata, m."unique" as "isUnique", m.room_id as "roomId",
       m.world_id as "worldId", m.entity_id as "entityId", ${utc('m.created_at', 'createdAt')}, c.id::uuid as "channelId",
       coalesce(own.id, heard.id, waited.id)::uuid as "messageId", coalesce(own.content, heard.content, waited.content) as said,
       m.type = 'messages' and own.id is null and heard.id is null and waited.id is null
         and (m.metadata ->> 'sourceId' is not null or m.content ->> 'responseId' = m.id::text) as orphan
  from memories m
  left join central_messages own on m.type = 'messages' and own.id = m.id::text
  left join central_messages heard on m.type = 'messages' and heard.id = m.metadata ->> 'sourceId'
  left join channels c on c.id = m.room_id::text and c.id ~ ${UUID}
  left join (select channel_id, author_id, content, min(id) as id from central_messages
              group by channel_id, author_id, content) waited
    on m.type = 'messages' and waited.channel_id = c.id and waited.author_id = m.entity_id::text
   and waited.content = m.content ->> 'text'
 order by m.id`;

/** What an agent said, or replied to, it knew; a memory of it that is gone was deleted. */
export const FORGOTTEN = `
select distinct a.id as "agentId", known.message_id::uuid as "messageId"
  from (select author_id, id as message_id from central_messages where source_type = 'agent_response'
         union
        select author_id, in_reply_to_root_message_id from central_messages where source_type = 'agent_response') known
  join agents a on a.id::text = known.author_id
 where known.message_id ~ ${UUID}
   and not exists (select from memories m where m.agent_id = a.id and m.id::text = known.message_id)
   and not exists (select from memories m where m.agent_id = a.id and m.metadata ->> 'sourceId' = known.message_id)
 order by 1, 2`;

export const ODD_IDS = `
select 'channels' as name, count(*)::int as count from channels where id !~ ${UUID}
 union all
select 'channel_participants', count(*)::int from channel_participants
 where channel_id !~ ${UUID} or entity_id !~ ${UUID}
 union all
select 'central_messages', count(*)::int from central_messages
 where id !~ ${UUID} or channel_id !~ ${UUID} or author_id !~ ${UUID}`;
