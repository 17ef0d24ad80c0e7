import { FleetError, type PlanQuotas, type UsageKind } from '@app/contracts';
import { sqlState } from '../database/retry.js';

/** What the meters raise. */
const USED_UP = 'EQ001';

const NAMES: Record<UsageKind, string> = {
  messages: 'messages',
  inputTokens: 'input tokens',
  outputTokens: 'output tokens',
  audioSeconds: 'seconds of audio',
  toolCalls: 'tool calls',
};

/** The refusal of what needs a quota of which nothing is left, or not enough. */
export function quotaExceeded(kind: keyof PlanQuotas): FleetError {
  const message =
    kind === 'storageBytes'
      ? 'There is no room for this within the quota of stored bytes: delete files that are not needed'
      : `This month's quota of ${NAMES[kind]} is used up`;
  return new FleetError('QUOTA_EXCEEDED', message, { quota: kind });
}

/** An error as it is to be thrown on: Postgres' refusal for want of quota by its name, any other as it is. */
export function namingQuota(error: unknown): unknown {
  return sqlState(error) === USED_UP ? quotaExceeded((error as Error).message as keyof PlanQuotas) : error;
}
