import type { SpeechFormat } from '@app/contracts';
import type { Readable } from 'node:stream';

/** What is to be said, and how. A provider that cannot do all of it does what it can. */
export interface SpeechRequest {
  text: string;
  voice?: string;
  format?: SpeechFormat;
  /** 1 is as usual. */
  speed?: number;
  /** BCP 47, such as `de` or `en-GB`. */
  language?: string;
}

/** What was said and is to be written down. */
export interface Recording {
  audio: Buffer;
  /** Its media type, by its bytes. */
  type: string;
  /** ISO 639-1, where the caller knows it. */
  language?: string;
}

/** A recording in words. */
export interface Transcript {
  text: string;
  language?: string;
  durationSeconds?: number;
}

/**
 * One way to make speech. What it answers is read while it is made; whoever takes it reads or destroys it. It throws
 * FleetErrors: INVALID_REQUEST for what the provider cannot say, UPSTREAM_FAILED and UPSTREAM_TIMEOUT for what goes
 * wrong with it. It ends soon after the signal says so.
 */
export interface Speaker {
  speak(request: SpeechRequest, signal: AbortSignal): Promise<Readable>;
}

/** One way to write down what was said. Throws as a {@link Speaker} does. */
export interface Transcriber {
  transcribe(recording: Recording, signal: AbortSignal): Promise<Transcript>;
}
