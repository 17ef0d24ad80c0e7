import { FleetError } from '@app/contracts';
import type { Request } from 'express';
import { audioType } from '../speech/audio-type.js';
import type { Recording } from '../speech/speech.js';
import { stopReading, UploadForm } from '../uploads/upload-form.js';

/** As ElizaOS has it. */
const LARGEST_MB = 50;
/** A recording that does not move for so long is broken off, in milliseconds. */
const SILENT_AT_MOST_MS = 30_000;

/** The form of a recording, for the document of the API. */
export const RECORDING_FORM = {
  file: 'The recording: WAV, MP3, OGG, WebM, MP4, AAC or FLAC, of 50 MB at most.',
  language: 'What is spoken, such as `de`; found out when it is not given.',
};

/** How a recording may be refused. */
export const OF_RECORDINGS = [
  'NOT_FOUND',
  'INVALID_REQUEST',
  'UNSUPPORTED_MEDIA_TYPE',
  'UPLOAD_TOO_SLOW',
  'FILE_TOO_LARGE',
  'AUDIO_NOT_AVAILABLE',
  'UPSTREAM_FAILED',
  'UPSTREAM_TIMEOUT',
  'URL_NOT_ALLOWED',
] as const;

/** A recording as it came, and what was said about it. */
export interface SentRecording extends Recording {
  fields: ReadonlyMap<string, string>;
}

/**
 * Reads a form with one recording in its field `file`. What it is tell its bytes, not its sender.
 *
 * @throws FleetError INVALID_REQUEST, UNSUPPORTED_MEDIA_TYPE, FILE_TOO_LARGE, UPLOAD_TOO_SLOW
 */
export async function receiveRecording(request: Request): Promise<SentRecording> {
  try {
    const form = await UploadForm.open(request, 'file', {
      maxBytes: LARGEST_MB * 1024 * 1024,
      tooLarge: () => new FleetError('FILE_TOO_LARGE', `The recording is larger than ${LARGEST_MB} MB`),
    });
    const audio = await read(form);
    await form.ended;
    const type = await audioType(audio);
    if (!type) {
      throw new FleetError('UNSUPPORTED_MEDIA_TYPE', 'Recordings are WAV, MP3, OGG, WebM, MP4, AAC or FLAC');
    }
    const language = /^[a-z]{2,3}/.exec(form.fields.get('language')?.toLowerCase() ?? '')?.[0];
    return { audio, type, language, fields: form.fields };
  } finally {
    stopReading(request);
  }
}

async function read({ file }: UploadForm): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const tooSlow = () => file.destroy(new FleetError('UPLOAD_TOO_SLOW', 'The recording came too slowly'));
  const silence = setTimeout(tooSlow, SILENT_AT_MOST_MS);
  try {
    for await (const piece of file) {
      silence.refresh();
      pieces.push(piece as Buffer);
    }
  } finally {
    clearTimeout(silence);
  }
  return Buffer.concat(pieces);
}
