/** A table that an archive of a tenant has, and by what its rows are put in order. */
export interface ArchivedTable {
  name: string;
  order: readonly string[];
  /** Its column `ciphertext` is sealed for this installation and this tenant. */
  sealed?: true;
}

/** What an archive of a tenant has, parents before children. */
export const ARCHIVED_TABLES: readonly ArchivedTable[] = [
  { name: 'agents', order: ['id'] },
  { name: 'agent_secrets', order: ['agent_id', 'name'], sealed: true },
  { name: 'tenant_settings', order: ['name'], sealed: true },
  { name: 'token_issuers', order: ['id'], sealed: true },
  { name: 'message_servers', order: ['id'] },
  { name: 'message_server_agents', order: ['message_server_id', 'agent_id'] },
  { name: 'channels', order: ['id'] },
  { name: 'channel_heads', order: ['channel_id'] },
  // In the order in which they joined: their places are numbered anew.
  { name: 'channel_participants', order: ['channel_id', 'position'] },
  { name: 'messages', order: ['id'] },
  { name: 'channel_events', order: ['channel_id', 'seq'] },
  { name: 'worlds', order: ['agent_id', 'id'] },
  { name: 'rooms', order: ['agent_id', 'id'] },
  { name: 'memories', order: ['agent_id', 'id'] },
  { name: 'memory_overrides', order: ['agent_id', 'message_id'] },
  { name: 'memory_watermarks', order: ['agent_id', 'channel_id'] },
  { name: 'turns', order: ['id'] },
  { name: 'turn_effects', order: ['turn_id', 'key'] },
  { name: 'agent_logs', order: ['agent_id', 'id'] },
  { name: 'sessions', order: ['id'] },
  { name: 'jobs', order: ['id'] },
];

/** What an archive leaves out. A new table of tenants stands here with a reason, or above. */
export const NOT_ARCHIVED: Record<string, string> = {
  tenants: 'made by the import, from the head of the archive',
  tenant_hosts: 'host names belong to one installation at a time',
  tenant_shares: 'reckoned anew by workers',
  api_keys: 'keys are never exported: give new ones',
  message_search: 'made of the messages as they come in',
  usage_ledger: 'what was used is the account of the installation where it was used',
  usage_months: 'as usage_ledger',
  usage_marks: 'as usage_ledger',
  audit_log: 'what was done there stays there',
  user_erasures: 'as audit_log',
  media: 'files do not move along yet',
  media_derivations: 'as media',
  media_uses: 'as media',
  media_storage: 'as media',
  uploads: 'as media',
  idempotency_keys: 'answers that are told again for a day, to who asks there',
};
