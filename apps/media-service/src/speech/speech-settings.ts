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
}

/** A server of OpenAI's speech protocol, and what it is to be asked for. */
export interface SpeechServer {
  baseUrl: string;
  apiKey?: string;
  /** Whether the agent brought the address itself: then nobody of ours has looked at it. */
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

/** The provider that agent or deployment ask for by name; undefined when neither does, or by a name that is none. */
export function chosenProvider(agent: Settings, deployment: Settings): SpeechProvider | undefined {
  const name = (agent('SPEECH_PROVIDER') ?? deployment('SPEECH_PROVIDER'))?.toLowerCase();
  return PROVIDERS.find((known) => known === name);
}

/**
 * The server an agent speaks through: its own before the deployment's, if there is one at all. An agent that brings its
 * own address is only ever given its own key: the deployment's must not travel to a server it did not choose.
 */
export function speechServer(agent: Settings, deployment: Settings): SpeechServer | undefined {
  const own = endpointIn(agent);
  const shared = endpointIn(deployment);
  if (!own && !shared) return undefined;
  const ownServer = own?.baseUrl !== undefined;
  const read: Settings = (name) => agent(name) ?? (ownServer ? undefined : deployment(name));
  return {
    baseUrl: (own?.baseUrl ?? shared?.baseUrl ?? OPENAI).replace(/\/+$/, ''),
    apiKey: ownServer ? own.apiKey : (own?.apiKey ?? shared?.apiKey),
    ownServer,
    speechModel: read('OPENAI_TTS_MODEL') ?? DEFAULTS.speechModel,
    voice: read('OPENAI_TTS_VOICE') ?? DEFAULTS.voice,
    transcriptionModel: read('OPENAI_TRANSCRIPTION_MODEL') ?? DEFAULTS.transcriptionModel,
  };
}

/** A server for speech alone goes before the one that answers: many of those do not speak. */
function endpointIn(read: Settings): { baseUrl?: string; apiKey?: string } | undefined {
  const baseUrl = read('OPENAI_AUDIO_BASE_URL') ?? read('OPENAI_BASE_URL');
  const apiKey = read('OPENAI_AUDIO_API_KEY') ?? read('OPENAI_API_KEY');
  return baseUrl || apiKey ? { baseUrl, apiKey } : undefined;
}
