import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { refuse } from './answer.js';
import type { Behaviour } from './behaviour.js';

/** A request for speech, as OpenAI's protocol has it. */
export interface SpeechBody {
  model: string;
  input: string;
  voice: string;
  response_format?: string;
  speed?: number;
}

/** A form with a recording to be transcribed. */
export interface RecordedForm {
  fields: Record<string, string>;
  file?: { name: string; type: string; bytes: Buffer };
}

const CHUNKS = 4;
/** One silent frame of MP3: MPEG 1, layer 3, 128 kbit/s, 44.1 kHz. */
const MP3_FRAME = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x00]), Buffer.alloc(413)]);

/** The sound this server makes of a text: valid, silent, and longer for longer texts. */
export function soundOf(text: string, format = 'mp3'): Buffer {
  if (format === 'wav') return wavOf(Buffer.alloc(text.length * 160));
  if (format === 'opus') return Buffer.concat([Buffer.from('OggS\0\x02'), Buffer.alloc(22), Buffer.from('OpusHead')]);
  return Buffer.concat(Array.from({ length: Math.max(4, text.length) }, () => MP3_FRAME));
}

/** Answers a request for speech in the given way. */
export async function answerSpeech(response: ServerResponse, body: SpeechBody, behaviour: Behaviour): Promise<void> {
  if (behaviour.kind === 'error')
    return refuse(response, behaviour.status, `This is a ${behaviour.status} on purpose.`);
  if (behaviour.kind === 'hang') return;
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  if (behaviour.kind === 'empty') return void response.end();
  if (behaviour.kind === 'malformed')
    return void response.end('<html>This is no sound, and long enough to tell.</html>');
  const sound = soundOf(body.input, body.response_format);
  if (behaviour.kind === 'endless') {
    while (!response.destroyed) if (!response.write(sound)) await sleep(1, undefined, { ref: false });
    return;
  }
  const size = Math.ceil(sound.length / CHUNKS);
  for (let at = 0; at < sound.length; at += size) {
    if (behaviour.kind === 'answer' && behaviour.delayMs > 0) await sleep(behaviour.delayMs, undefined, { ref: false });
    if (response.destroyed) return;
    response.write(sound.subarray(at, at + size));
    if (behaviour.kind === 'hang-in-stream') return;
    if (behaviour.kind === 'broken') {
      // What was sent has to be read before the connection is cut, or it would be lost with it.
      await sleep(20, undefined, { ref: false });
      return void response.destroy();
    }
  }
  response.end();
}

/** Answers a form with a recording in the given way. */
export async function answerTranscription(response: ServerResponse, behaviour: Behaviour, text: string): Promise<void> {
  if (behaviour.kind === 'error')
    return refuse(response, behaviour.status, `This is a ${behaviour.status} on purpose.`);
  if (behaviour.kind === 'hang') return;
  if (behaviour.kind === 'broken') return void response.destroy();
  if (behaviour.kind === 'answer') await sleep(behaviour.delayMs, undefined, { ref: false });
  response.setHeader('content-type', 'application/json');
  if (behaviour.kind === 'malformed') return void response.end('{"text":');
  response.end(JSON.stringify({ text: behaviour.kind === 'empty' ? '' : text }));
}

/** A form as it was sent. Undefined for what is none, or has no recording. */
export async function readForm(body: Buffer, contentType: string): Promise<RecordedForm | undefined> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
    const recorded: RecordedForm = { fields: {} };
    for (const [name, value] of form) {
      if (typeof value === 'string') recorded.fields[name] = value;
      else recorded.file = { name: value.name, type: value.type, bytes: Buffer.from(await value.arrayBuffer()) };
    }
    return recorded;
  } catch {
    return undefined;
  }
}

function wavOf(samples: Buffer): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22); // mono
  header.writeUInt32LE(16_000, 24);
  header.writeUInt32LE(32_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}
