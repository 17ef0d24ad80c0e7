import { FleetError, type UsageKind } from '@app/contracts';
import { sqlState } from '../database/retry.js';

/** What `meter_message` raises. */
const USED_UP = 'EQ001';

const NAMES: Record<UsageKind, string> = {
  messages: 'messages',
  inputTokens: 'input tokens',
  outputTokens: 'output tokens',
  audioSeconds: 'seconds of audio',
  toolCalls: 'tool calls',
};

/** The refusal of what needs a quota of which nothing is left. */
export function quotaExceeded(kind: UsageKind): FleetError {
  return new FleetError('QUOTA_EXCEEDED', `This month's quota of ${NAMES[kind]} is used up`, { quota: kind });
}

/** An error as it is to be thrown on: Postgres' refusal for want of quota by its name, any other as it is. */
export function namingQuota(error: unknown): unknown {
  return sqlState(error) === USED_UP ? quotaExceeded((error as Error).message as UsageKind) : error;
}
