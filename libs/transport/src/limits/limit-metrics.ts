import { counter } from '@app/platform';

/** What came of requests that count against limits. */
export const decisions = counter(
  'eliza_limit_decisions_total',
  'Decisions about limits: shared by all gateways, by the part of one alone, or open because Redis is away',
  { by: ['shared', 'alone', 'open'], verdict: ['allowed', 'refused'] },
);
