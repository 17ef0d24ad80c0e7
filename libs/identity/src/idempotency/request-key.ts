import { createHash } from 'node:crypto';
import { FleetError } from '@app/contracts';
import type { Request } from 'express';
import { callerIn } from '../identity.guard.js';

/** Visible ASCII, as header fields hold it. */
const SOUND = /^[\x21-\x7e]{1,255}$/;

/**
 * What a request is known by when it is sent again: the same for the same principal, path and `Idempotency-Key`. Undefined
 * where none is given, and for what cannot be answered again as it was: streams of events, and uploads, whose bytes are
 * not kept.
 *
 * @throws FleetError VALIDATION_ERROR
 */
export function requestKey(request: Request): string | undefined {
  const given = request.headers['idempotency-key'];
  if (given === undefined || request.method !== 'POST') return undefined;
  const caller = callerIn(request);
  const isStream = (request.body as { transport?: unknown } | undefined)?.transport === 'sse';
  if (!caller || isStream || request.is('multipart/*')) return undefined;
  if (typeof given !== 'string' || !SOUND.test(given)) {
    throw new FleetError('VALIDATION_ERROR', 'Idempotency-Key must be 1 to 255 visible ASCII characters');
  }
  return sha256([caller.principalId, caller.entityId ?? '', request.path, given]);
}

/** The same for requests that say the same. */
export function contentHash(request: Request): string {
  return sha256([request.query, request.body ?? null]);
}

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
