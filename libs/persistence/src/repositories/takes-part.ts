/**
 * The condition that an entity takes part in a channel. All three are as they stand in the statement: parameters or
 * columns.
 */
export function takesPart({ tenant, channel, entity }: Record<'tenant' | 'channel' | 'entity', string>): string {
  return `exists (select from channel_participants e
    where e.tenant_id = ${tenant} and e.channel_id = ${channel} and e.entity_id = ${entity})`;
}
