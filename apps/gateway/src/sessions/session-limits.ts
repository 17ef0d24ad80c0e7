import { FleetError, MAX_SESSION_MINUTES, type Character, type SessionTimeoutDto } from '@app/contracts';
import type { SessionLimits } from '@app/persistence';
import type { GatewayEnv } from '../env.js';

/** How long the sessions of an agent last when their maker says nothing: by its settings, else by the environment. */
export function usualLimits(env: GatewayEnv, character: Character): SessionLimits {
  const { settings = {} } = character;
  const minutes = (name: string): number | undefined => {
    const value = Number(settings[name] ?? NaN);
    return value > 0 && value <= MAX_SESSION_MINUTES ? value : undefined;
  };
  const timeout = minutes('SESSION_TIMEOUT_MINUTES') ?? env.SESSION_DEFAULT_TIMEOUT_MINUTES;
  const autoRenew = settings['SESSION_AUTO_RENEW'];
  return {
    timeoutMinutes: within(timeout, env.SESSION_MIN_TIMEOUT_MINUTES, env.SESSION_MAX_TIMEOUT_MINUTES),
    autoRenew: autoRenew !== false && autoRenew !== 'false',
    maxDurationMinutes: minutes('SESSION_MAX_DURATION_MINUTES') ?? env.SESSION_MAX_DURATION_MINUTES,
    warningThresholdMinutes: minutes('SESSION_WARNING_THRESHOLD_MINUTES') ?? env.SESSION_WARNING_THRESHOLD_MINUTES,
  };
}

/**
 * Limits with what is asked for in their place.
 *
 * @throws FleetError VALIDATION_ERROR for a timeout out of bounds, and for a duration shorter than it
 */
export function changedLimits(env: GatewayEnv, limits: SessionLimits, asked: SessionTimeoutDto): SessionLimits {
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined && value !== null));
  const { timeoutMinutes, maxDurationMinutes }: SessionTimeoutDto = given;
  const { SESSION_MIN_TIMEOUT_MINUTES: least, SESSION_MAX_TIMEOUT_MINUTES: most } = env;
  if (timeoutMinutes !== undefined && within(timeoutMinutes, least, most) !== timeoutMinutes) {
    throw invalid(`timeoutMinutes must be between ${least} and ${most}`);
  }
  if (maxDurationMinutes !== undefined && maxDurationMinutes < (timeoutMinutes ?? least)) {
    throw invalid('maxDurationMinutes must not be less than timeoutMinutes');
  }
  return { ...limits, ...given };
}

function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function invalid(message: string): FleetError {
  return new FleetError('VALIDATION_ERROR', message);
}
