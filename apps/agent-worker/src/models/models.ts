import { guardedFetch } from '@app/platform';
import { TurnFault, type AgentSpec } from '../turns/engine.js';
import { chosenIn, settingsOf, tenantSettingsOf, text, type Settings } from './agent-settings.js';
import { ClassicProvider } from './classic/classic.provider.js';
import { MeteredPort } from './metered-port.js';
import type { ModelProvider } from './model.js';
import { LARGEST_ANSWER } from './openai-compatible/bounded-fetch.js';
import { namesServer } from './openai-compatible/connection.js';
import { OpenAiCompatibleProvider } from './openai-compatible/openai-compatible.provider.js';
import { ScriptedProvider } from './scripted.provider.js';

/** The variables of the environment that are about models. All have a default. */
export interface ModelConfig {
  /** `classic`, `openai` or `scripted`. Default: `openai` when a server or key is set, else `classic`. */
  MODEL_PROVIDER?: string;
  /** Default 60,000. */
  MODEL_IDLE_TIMEOUT_MS?: number;
  /** Default 300,000. */
  TURN_TIMEOUT_MS?: number;
  /** What is not public and yet may be reached where an agent names it. Default nothing. */
  OUTBOUND_ALLOW?: string;
  OPENAI_BASE_URL?: string;
  OPENAI_API_KEY?: string;
  OPENAI_LARGE_MODEL?: string;
  OPENAI_SMALL_MODEL?: string;
  OPENROUTER_API_KEY?: string;
  OPENROUTER_BASE_URL?: string;
  OPENROUTER_LARGE_MODEL?: string;
  OPENROUTER_SMALL_MODEL?: string;
  OLLAMA_API_ENDPOINT?: string;
  OLLAMA_LARGE_MODEL?: string;
  OLLAMA_SMALL_MODEL?: string;
  /** Before each word. Default 0. */
  CLASSIC_DELAY_MS?: number;
  /** To the first chunk. Default 0. */
  SCRIPTED_LATENCY_MS?: number;
  /** Default 4. */
  SCRIPTED_CHUNKS?: number;
  /** 0, the default, is at once. */
  SCRIPTED_TOKENS_PER_SECOND?: number;
  /** 0 (the default) to 1. */
  SCRIPTED_FAILURE_RATE?: number;
  /** Default `1`. */
  SCRIPTED_SEED?: string;
}

const PROVIDERS = ['classic', 'openai', 'scripted'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** Other names under which characters ask for a provider. */
const ALIASES: Readonly<Record<string, ProviderName>> = {
  eliza: 'classic',
  'openai-compatible': 'openai',
  ollama: 'openai',
  openrouter: 'openai',
  vllm: 'openai',
  lmstudio: 'openai',
};

/** Every model this process can reach. */
export interface Models {
  /** For agents that choose nothing themselves. */
  readonly default: ProviderName;
  /** Throws a `caller` fault for a name that is not known. */
  provider(name: string): ModelProvider;
  /** Which provider serves an agent. Throws a `caller` fault when it names an unknown one. */
  nameFor(agent: AgentSpec): ProviderName;
  /** The models of one attempt of a turn. A wrong choice of the agent's shows when the port is used. */
  portFor(agent: AgentSpec, signal: AbortSignal, attempt: number): MeteredPort;
}

/** Sets up the providers; throws when the deployment itself names an unknown one. Nothing is reached or loaded yet. */
export function createModels(config: ModelConfig): Models {
  const settings: Settings = (name) => text((config as Record<string, unknown>)[name]);
  const idleTimeoutMs = config.MODEL_IDLE_TIMEOUT_MS ?? 60_000;
  const providers: Record<ProviderName, ModelProvider> = {
    classic: new ClassicProvider({ delayMs: config.CLASSIC_DELAY_MS ?? 0 }),
    openai: new OpenAiCompatibleProvider({
      settings,
      idleTimeoutMs,
      guardedFetch: guardedFetch({
        allow: config.OUTBOUND_ALLOW,
        maxBytes: LARGEST_ANSWER,
        headersMs: idleTimeoutMs,
        wholeMs: config.TURN_TIMEOUT_MS ?? 300_000,
      }),
    }),
    scripted: new ScriptedProvider({
      latencyMs: config.SCRIPTED_LATENCY_MS ?? 0,
      chunks: config.SCRIPTED_CHUNKS ?? 4,
      tokensPerSecond: config.SCRIPTED_TOKENS_PER_SECOND ?? 0,
      failureRate: config.SCRIPTED_FAILURE_RATE ?? 0,
      seed: config.SCRIPTED_SEED ?? '1',
    }),
  };
  const fallback = named(config.MODEL_PROVIDER) ?? (namesServer(settings) ? 'openai' : 'classic');
  return {
    default: fallback,
    provider: (name) => providers[resolve(name)],
    nameFor: (agent) => providerOf(agent, fallback),
    portFor: (agent, signal, attempt) =>
      new MeteredPort(() => {
        const provider = providers[providerOf(agent, fallback)];
        return {
          provider: provider.name,
          keepsTexts: keepsTexts(agent),
          open: (call) => provider.stream(agent, { ...call, signal, attempt }),
        };
      }),
  };
}

/**
 * What the agent names, else what its tenant names, else the deployment's. Whoever brings a server or a key means to use
 * it, except where everything is scripted: tests call nobody.
 */
function providerOf(agent: AgentSpec, fallback: ProviderName): ProviderName {
  for (const read of [settingsOf(agent), tenantSettingsOf(agent)]) {
    const chosen = chosenIn(read);
    if (chosen) return resolve(chosen);
    if (fallback !== 'scripted' && namesServer(read)) return 'openai';
  }
  return fallback;
}

/** Whether the agent's log is to hold what its models were asked and answered; else only how long it was. */
function keepsTexts(agent: AgentSpec): boolean {
  const asked = agent.character.settings?.['LOG_PROMPTS'];
  return asked === true || asked === 'true';
}

function named(name: string | undefined): ProviderName | undefined {
  return name?.trim() ? resolve(name) : undefined;
}

function resolve(name: string): ProviderName {
  const key = name.trim().toLowerCase();
  const found = PROVIDERS.find((known) => known === key) ?? (Object.hasOwn(ALIASES, key) ? ALIASES[key] : undefined);
  if (found) return found;
  const known = PROVIDERS.join(', ');
  throw new TurnFault('caller', `There is no model provider "${key}". Set MODEL_PROVIDER to one of: ${known}.`);
}
