import { busiestTenants, counter } from '@app/platform';

/** Messages, over sockets and REST. */
export const messagesTaken = counter('eliza_messages_total', 'Messages handed in, by what came of them', {
  outcome: ['stored', 'repeated', 'conflict'],
});

/** Who sends most. */
export const busiestInMessages = busiestTenants(
  'eliza_tenant_messages',
  'Messages stored within five minutes, busiest tenants',
);
