import { FleetError, type Uuid } from '@app/contracts';
import { guardedFetch } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { MediaEnv } from '../env.js';
import { audioType, HEAD_BYTES } from './audio-type.js';
import { EspeakSpeaker } from './espeak.speaker.js';
import { OpenAiSpeaker } from './openai.speaker.js';
import { OpenAiTranscriber } from './openai.transcriber.js';
import { SpeechGuard } from './speech-guard.js';
import {
  chosenProvider,
  settingsOf,
  speechServer,
  tenantSettingsOf,
  text,
  type Settings,
  type SpeakingAgent,
} from './speech-settings.js';
import type { Recording, Speaker, SpeechRequest, Transcriber, Transcript } from './speech.js';

/** Speech on its way out. Whoever takes it reads or destroys it. */
export interface SpokenAudio {
  /** By its first bytes. */
  type: string;
  stream: Readable;
}

/** The most bytes that a server may answer: an hour of speech. */
const LARGEST_SPEECH = 64 * 1024 * 1024;
const FIRST_BYTE_MS = 60_000;
const WHOLE_MS = 120_000;

/** A way to speak or to listen, and the name its failures are counted under. */
interface Way<T> {
  name: string;
  provider: T;
}

/** Speech of agents: by their own server, else by the deployment's, else by this machine. */
@Injectable()
export class SpeechService {
  private readonly deployment: Settings;
  private readonly espeak: EspeakSpeaker;
  private readonly guarded: typeof globalThis.fetch;

  constructor(
    @Inject(MediaEnv) env: MediaEnv,
    @Inject(SpeechGuard) private readonly guard: SpeechGuard,
  ) {
    this.deployment = (name) => text((env as unknown as Record<string, unknown>)[name]);
    this.espeak = new EspeakSpeaker(env.ESPEAK_PROGRAM);
    this.guarded = guardedFetch({
      allow: env.OUTBOUND_ALLOW,
      maxBytes: LARGEST_SPEECH,
      headersMs: FIRST_BYTE_MS,
      wholeMs: WHOLE_MS,
    });
  }

  /**
   * Says something in an agent's voice. Answers when it begins to be heard.
   *
   * @throws FleetError AUDIO_NOT_AVAILABLE, INVALID_REQUEST, URL_NOT_ALLOWED, UPSTREAM_FAILED, UPSTREAM_TIMEOUT,
   * UNAVAILABLE
   */
  async speak(tenantId: Uuid, agent: SpeakingAgent, request: SpeechRequest): Promise<SpokenAudio> {
    const { name, provider } = this.speakerOf(tenantId, agent);
    return this.guard.stream(name, async (signal) => sniffed(await provider.speak(request, signal)));
  }

  /**
   * Makes sure that an agent can speak at all, before it is asked what it has to say.
   *
   * @throws FleetError AUDIO_NOT_AVAILABLE
   */
  demandVoice(tenantId: Uuid, agent: SpeakingAgent): void {
    this.speakerOf(tenantId, agent);
  }

  /**
   * Writes down what was said, as the agent hears it.
   *
   * @throws FleetError as {@link speak}
   */
  async transcribe(tenantId: Uuid, agent: SpeakingAgent, recording: Recording): Promise<Transcript> {
    const { name, provider } = this.transcriberOf(tenantId, agent);
    return this.guard.call(name, (signal) => provider.transcribe(recording, signal));
  }

  private speakerOf(tenantId: Uuid, agent: SpeakingAgent): Way<Speaker> {
    const places = this.placesOf(agent);
    const chosen = chosenProvider(places);
    const server = chosen === 'espeak' ? undefined : speechServer(places);
    if (server)
      return { name: `${tenantId} ${server.baseUrl}`, provider: new OpenAiSpeaker(server, this.fetchFor(server)) };
    if (chosen !== 'openai' && this.espeak.isInstalled) return { name: 'espeak', provider: this.espeak };
    throw notAvailable('speak');
  }

  private transcriberOf(tenantId: Uuid, agent: SpeakingAgent): Way<Transcriber> {
    const server = speechServer(this.placesOf(agent));
    if (!server) throw notAvailable('listen');
    return { name: `${tenantId} ${server.baseUrl}`, provider: new OpenAiTranscriber(server, this.fetchFor(server)) };
  }

  private placesOf(agent: SpeakingAgent): [Settings, Settings, Settings] {
    return [settingsOf(agent), tenantSettingsOf(agent), this.deployment];
  }

  private fetchFor({ ownServer }: { ownServer: boolean }): typeof globalThis.fetch {
    return ownServer ? this.guarded : globalThis.fetch;
  }
}

function notAvailable(toDo: 'speak' | 'listen'): FleetError {
  const need =
    toDo === 'speak' ? 'OPENAI_API_KEY or OPENAI_BASE_URL, or install espeak-ng' : 'OPENAI_API_KEY or OPENAI_BASE_URL';
  return new FleetError('AUDIO_NOT_AVAILABLE', `The agent has nothing to ${toDo} with; set ${need}`);
}

/** Waits for the first bytes, and refuses what is no sound. */
async function sniffed(stream: Readable): Promise<SpokenAudio> {
  let head = Buffer.alloc(0);
  let type: string | undefined;
  for await (const piece of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    head = Buffer.concat([head, piece]);
    type = await audioType(head);
    if (type !== undefined || head.length >= HEAD_BYTES) break;
  }
  if (type !== undefined) {
    stream.unshift(head);
    return { type, stream };
  }
  stream.destroy();
  throw new FleetError('UPSTREAM_FAILED', 'The speech server answered something that is no speech');
}
