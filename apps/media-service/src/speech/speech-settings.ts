/** Reads a setting by its name; blank counts as not set. */
export type Settings = (name: string) => string | undefined;

/** The settings that are read of agents, and so the secrets that need to be opened. */
export const SPEECH_SETTINGS = [
  'SPEECH_PROVIDER',
  'OPENAI_AUDIO_BASE_URL',
  'OPENAI_AUDIO_API_KEY',
  'OPENAI_BASE_URL',
  'OPENAI_API_KEY',
  'OPENAI_TTS_MODEL',
  'OPENAI_TTS_VOICE',
  'OPENAI_TRANSCRIPTION_MODEL',
];

/** Whoever speaks: an agent with what it brings along. */
export interface SpeakingAgent {
  character: { settings?: Record<string, unknown> };
  /** Opened. */
  secrets: Readonly<Record<string, string>>;
  /** What its tenant has set for all its agents, opened. */
  tenantSettings: Readonly<Record<string, string>>;
}

/** A server of OpenAI's speech protocol, and what it is to be asked for. */
export interface SpeechServer {
  baseUrl: string;
  apiKey?: string;
  /** Whether the agent or its tenant brought the address: then nobody of ours has looked at it. */
  ownServer: boolean;
  speechModel: string;
  voice: string;
  transcriptionModel: string;
}

const PROVIDERS = ['openai', 'espeak'] as const;
export type SpeechProvider = (typeof PROVIDERS)[number];

const OPENAI = 'https://api.openai.com/v1';
const DEFAULTS = { speechModel: 'gpt-4o-mini-tts', voice: 'nova', transcriptionModel: 'gpt-4o-mini-transcribe' };

/** An agent's own settings by their ElizaOS names: its secrets first, then its character's settings. */
export function settingsOf({ character, secrets }: SpeakingAgent): Settings {
  return (name) => text(secrets[name]) ?? text(character.settings?.[name]);
}

/** A text that says something, without the white space around it. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** What an agent's tenant has set for all its agents. */
export function tenantSettingsOf({ tenantSettings }: SpeakingAgent): Settings {
  return (name) => text(tenantSettings[name]);
}

/** The provider that the first of these asks for by name; undefined when none does, or by a name that is none. */
export function chosenProvider(places: readonly Settings[]): SpeechProvider | undefined {
  const name = first(places, (read) => read('SPEECH_PROVIDER'))?.toLowerCase();
  return PROVIDERS.find((known) => known === name);
}

/**
 * The server an agent speaks through, if there is one at all: its own before its tenant's, and that before the
 * deployment's. A key travels only to an address from the same place or from one further out: what an agent names is
 * never given its tenant's key, and what a tenant names never the deployment's.
 *
 * @param places the settings of the agent, of its tenant and of the deployment
 */
export function speechServer(places: readonly [Settings, Settings, Settings]): SpeechServer | undefined {
  const endpoints = places.map(endpointIn);
  if (endpoints.every((endpoint) => endpoint === undefined)) return undefined;
  const bringer = endpoints.findIndex((endpoint) => endpoint?.baseUrl !== undefined);
  const trusted = bringer < 0 ? places.length : bringer + 1;
  const setting = (name: string): string | undefined => first(places.slice(0, trusted), (read) => read(name));
  return {
    baseUrl: (endpoints[bringer]?.baseUrl ?? OPENAI).replace(/\/+$/, ''),
    apiKey: first(endpoints.slice(0, trusted), (endpoint) => endpoint?.apiKey),
    ownServer: bringer >= 0 && bringer < places.length - 1,
    speechModel: setting('OPENAI_TTS_MODEL') ?? DEFAULTS.speechModel,
    voice: setting('OPENAI_TTS_VOICE') ?? DEFAULTS.voice,
    transcriptionModel: setting('OPENAI_TRANSCRIPTION_MODEL') ?? DEFAULTS.transcriptionModel,
  };
}

/** What the first of them that has something has. */
function first<T, R>(items: readonly T[], read: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = read(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A server for speech alone goes before the one that answers: many of those do not speak. */
function endpointIn(read: Settings): { baseUrl?: string; apiKey?: string } | undefined {
  const baseUrl = read('OPENAI_AUDIO_BASE_URL') ?? read('OPENAI_BASE_URL');
  const apiKey = read('OPENAI_AUDIO_API_KEY') ?? read('OPENAI_API_KEY');
  return baseUrl || apiKey ? { baseUrl, apiKey } : undefined;
}
