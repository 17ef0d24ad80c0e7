import { FleetError, type WholeSpeech } from '@app/contracts';
import type { Response } from 'express';
import { pipeline } from 'node:stream/promises';
import type { SpokenAudio } from '../speech/speech.service.js';

/** The most that is put into one JSON answer. */
const LARGEST_WHOLE = 24 * 1024 * 1024;

/** The short names of containers. */
const FORMATS: Record<string, string> = { 'audio/mpeg': 'mp3', 'audio/wav': 'wav', 'audio/ogg': 'ogg' };

/** An answer in speech, for the document of the API. */
export const SPEECH = { types: Object.keys(FORMATS), about: 'Sound, sent while it is made.' };

/** How speech may be refused. */
export const OF_SPEECH = [
  'NOT_FOUND',
  'INVALID_REQUEST',
  'AUDIO_NOT_AVAILABLE',
  'UPSTREAM_FAILED',
  'UPSTREAM_TIMEOUT',
  'URL_NOT_ALLOWED',
] as const;

/** Sends speech while it is made. What breaks off once it has begun ends the connection. */
export async function sendSpeech(response: Response, { type, stream }: SpokenAudio): Promise<void> {
  response.status(200).setHeader('content-type', type);
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  // Whatever went wrong, nobody can be told any more: pipeline has ended both.
  await pipeline(stream, response).catch(() => undefined);
}

/** Waits for the whole of it. @throws FleetError UPSTREAM_FAILED, UPSTREAM_TIMEOUT */
export async function wholeSpeech({ type, stream }: SpokenAudio): Promise<WholeSpeech> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > LARGEST_WHOLE) throw new FleetError('UPSTREAM_FAILED', 'The speech is longer than fits into one answer');
    pieces.push(piece);
  }
  const audio = Buffer.concat(pieces);
  if (type === 'audio/wav') measure(audio);
  return { audio: audio.toString('base64'), format: FORMATS[type] ?? type.replace('audio/', '') };
}

/** Puts its length into a WAV that was begun before anybody knew it. */
function measure(wav: Buffer): void {
  const data = wav.indexOf('data', 12, 'latin1');
  const length = wav.length - data - 8;
  if (data < 0 || length < 0 || wav.readUInt32LE(data + 4) <= length) return;
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.writeUInt32LE(length, data + 4);
}
