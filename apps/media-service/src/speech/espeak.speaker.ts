import { FleetError } from '@app/contracts';
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Speaker, SpeechRequest } from './speech.js';

/** Words a minute that count as usual, and what can still be understood. */
const PACE = { usual: 175, least: 80, most: 450 };
const USUAL_VOICE = 'en-us';
/** Names of voices and languages; nothing else gets onto the command line, no option and no path. */
const VOICE = /^[a-z]{2,3}(-[a-z0-9]{1,10}){0,3}(\+[A-Za-z0-9]{1,20})?$/;

/** Speech by espeak-ng on this machine: without network, and without much beauty. Always WAV. */
export class EspeakSpeaker implements Speaker {
  /** @param program its path */
  constructor(private readonly program: string) {}

  /** Whether the program is there and may be run. */
  get isInstalled(): boolean {
    try {
      accessSync(this.program, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  }

  async speak(request: SpeechRequest, signal: AbortSignal): Promise<Readable> {
    // The text goes through a pipe: it is nobody's argument.
    const child = spawn(
      this.program,
      ['--stdin', '--stdout', '-b', '1', '-v', voiceOf(request), '-s', paceOf(request)],
      {
        stdio: ['pipe', 'pipe', 'ignore'],
        // It needs to know nothing of us.
        env: {},
        signal,
        killSignal: 'SIGKILL',
      },
    );
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.on('error', () => reject(new FleetError('AUDIO_NOT_AVAILABLE', 'espeak-ng cannot be run')));
    });
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.stdin.on('error', () => undefined); // it ended before it had read everything
    child.stdin.end(request.text);
    const speech = new PassThrough();
    // Who listens no more needs no more speech.
    speech.once('close', () => child.kill('SIGKILL'));
    pipeline(child.stdout, speech, { end: false })
      .then(async () => {
        if ((await exited) !== 0) throw new Error('A program broke off');
        speech.end();
      })
      .catch(() => speech.destroy(new FleetError('UPSTREAM_FAILED', 'espeak-ng broke off')));
    return speech;
  }
}

function voiceOf({ voice, language }: SpeechRequest): string {
  for (const name of [voice, language?.toLowerCase()]) if (name && VOICE.test(name)) return name;
  return USUAL_VOICE;
}

function paceOf({ speed = 1 }: SpeechRequest): string {
  return String(Math.round(Math.min(Math.max(PACE.usual * speed, PACE.least), PACE.most)));
}
