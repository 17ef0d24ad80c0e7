import { CancelPayload, FleetError, JoinPayload, SendPayload } from '@app/contracts';
import { demandSoundJson, MediaLinks, validationFault } from '@app/platform';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

/** A payload with its channel under one name. */
type InChannel<T> = T & { channelId: string };

/**
 * A join as a stock client sends it.
 *
 * @throws FleetError VALIDATION_ERROR
 */
export function parseJoin(payload: unknown): InChannel<JoinPayload> {
  const given = fields(payload);
  if (!given['channelId'] && !given['roomId']) throw missing('channelId is required for joining.');
  return parse(JoinPayload, given);
}

/**
 * A message as a stock client sends it.
 *
 * @throws FleetError VALIDATION_ERROR
 */
export function parseSend(payload: unknown): InChannel<SendPayload> {
  const given = fields(payload);
  const complete = (given['channelId'] || given['roomId']) && given['messageServerId'] && given['senderId'];
  if (!complete || typeof given['message'] !== 'string' || given['message'].trim() === '') {
    throw missing(
      'For SEND_MESSAGE: channelId, messageServerId (message_server_id), senderId (author_id), and message are required.',
    );
  }
  return parse(SendPayload, given);
}

/**
 * Which answers are not wanted any more.
 *
 * @throws FleetError VALIDATION_ERROR
 */
export function parseCancel(payload: unknown): CancelPayload {
  return checked(CancelPayload, fields(payload));
}

function parse<T extends { channelId?: string; roomId?: string }>(type: new () => T, given: object): InChannel<T> {
  const payload = checked(type, given);
  payload.channelId = payload.channelId ?? payload.roomId!;
  return payload as InChannel<T>;
}

function checked<T extends object>(type: new () => T, given: object): T {
  const payload = plainToInstance(type, given);
  const faults = validateSync(payload, { whitelist: true });
  if (faults.length > 0) throw validationFault(faults);
  return payload;
}

/** Stock clients leave fields empty rather than out: null counts as not given. */
function fields(payload: unknown): Record<string, unknown> {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw missing('The payload must be an object');
  }
  demandSoundJson(payload);
  // Signatures end: what is stored is the bare path.
  return Object.fromEntries(Object.entries(MediaLinks.bareIn(payload)).filter(([, value]) => value !== null));
}

function missing(message: string): FleetError {
  return new FleetError('VALIDATION_ERROR', message);
}
