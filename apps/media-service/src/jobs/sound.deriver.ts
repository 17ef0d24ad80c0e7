import { FleetError } from '@app/contracts';
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { Deriver, Made } from './deriver.js';

/** How a type is to be read. Named, so that ffmpeg does not guess: playlists lead it to other files and hosts. */
const READERS: Record<string, string> = {
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'audio/ogg': 'ogg',
  'audio/webm': 'matroska',
  'audio/mp4': 'mov',
  'audio/aac': 'aac',
  'audio/flac': 'flac',
  'video/mp4': 'mov',
  'video/quicktime': 'mov',
  'video/webm': 'matroska',
  'video/ogg': 'ogg',
};

const SAMPLES_A_SECOND = 8_000;
/** A peak is noted for each tenth of a second, and the waveform made of these. */
const SAMPLES_A_PEAK = SAMPLES_A_SECOND / 10;
const POINTS = 100;
const LONGEST_S = 4 * 60 * 60;

/** The length of sound and its waveform, by ffmpeg where it is installed. */
export class SoundDeriver implements Deriver {
  /** @param program the path of ffmpeg */
  constructor(private readonly program: string) {}

  knows(type: string): boolean {
    return Object.hasOwn(READERS, type) && this.isInstalled;
  }

  async derive({ type, bytes }: { type: string; bytes: Buffer }, signal: AbortSignal): Promise<Made> {
    // What tells how to read an MP4 may stand at its end, where a pipe does not get.
    const folder = await mkdtemp(path.join(os.tmpdir(), 'eliza-sound-'));
    try {
      const file = path.join(folder, 'sound');
      await writeFile(file, bytes);
      const { samples, peaks } = await this.listen(file, READERS[type] ?? '', signal);
      return { files: [], facts: { durationSeconds: samples / SAMPLES_A_SECOND, waveform: waveform(peaks) } };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private get isInstalled(): boolean {
    try {
      accessSync(this.program, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  }

  private async listen(file: string, reader: string, signal: AbortSignal): Promise<Heard> {
    const input = ['-nostdin', '-v', 'error', '-protocol_whitelist', 'file,pipe', '-f', reader, '-i', file];
    const output = ['-map', '0:a:0', '-t', String(LONGEST_S), '-ac', '1', '-ar', String(SAMPLES_A_SECOND)];
    const child = spawn(this.program, [...input, ...output, '-f', 's16le', 'pipe:1'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: {},
      signal,
      killSignal: 'SIGKILL',
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('exit', resolve);
      child.once('error', reject);
    });
    const [heard, code] = await Promise.all([peaksOf(child.stdout), ended]);
    if (code !== 0) throw new FleetError('FILE_REFUSED', 'The sound cannot be read');
    return heard;
  }
}

interface Heard {
  samples: number;
  /** From 0 to 32,768. */
  peaks: number[];
}

async function peaksOf(output: Readable): Promise<Heard> {
  const heard: Heard = { samples: 0, peaks: [] };
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of output as AsyncIterable<Buffer>) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    const whole = bytes.length - (bytes.length % 2);
    for (let at = 0; at < whole; at += 2) {
      const index = Math.floor(heard.samples++ / SAMPLES_A_PEAK);
      heard.peaks[index] = Math.max(heard.peaks[index] ?? 0, Math.abs(bytes.readInt16LE(at)));
    }
    rest = bytes.subarray(whole);
  }
  return heard;
}

/** At most a hundred heights, from 0 to 1. */
function waveform(peaks: number[]): number[] {
  const points = Math.min(POINTS, peaks.length);
  return Array.from({ length: points }, (_, point) => {
    const from = Math.floor((point * peaks.length) / points);
    const part = peaks.slice(from, Math.max(from + 1, Math.floor(((point + 1) * peaks.length) / points)));
    return Math.round((Math.max(...part) / 32_768) * 100) / 100;
  });
}
