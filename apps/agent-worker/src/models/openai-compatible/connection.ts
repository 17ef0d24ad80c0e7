import { TurnFault, type AgentSpec } from '../../turns/engine.js';
import { chosenIn, settingsOf, tenantSettingsOf, type Settings } from '../agent-settings.js';
import type { ModelRequest } from '../model.js';

/** Where a request goes, with which key, for which model. */
export interface Connection {
  baseUrl: string;
  /** Whether the agent or its tenant brought the address: then nobody of ours has looked at it. */
  ownServer: boolean;
  apiKey?: string;
  model: string;
}

interface Endpoint {
  /** The prefix of the names of its model settings, such as `OPENAI` in `OPENAI_LARGE_MODEL`. */
  prefix: string;
  baseUrl?: string;
  apiKey?: string;
}

const OPENAI = 'https://api.openai.com/v1';
const OPENROUTER = 'https://openrouter.ai/api/v1';
const DEFAULT_OPENAI_MODEL = 'gpt-4o-mini';

/** How the settings of the servers ElizaOS knows become one. In this order, unless the agent names one of them. */
const PRESETS: Record<string, (read: Settings) => Endpoint | undefined> = {
  openai: (read) => {
    const found = { prefix: 'OPENAI', baseUrl: read('OPENAI_BASE_URL'), apiKey: read('OPENAI_API_KEY') };
    return found.baseUrl || found.apiKey ? found : undefined;
  },
  openrouter: (read) => {
    const apiKey = read('OPENROUTER_API_KEY');
    return apiKey ? { prefix: 'OPENROUTER', baseUrl: read('OPENROUTER_BASE_URL') ?? OPENROUTER, apiKey } : undefined;
  },
  ollama: (read) => {
    const address = read('OLLAMA_API_ENDPOINT');
    return address ? { prefix: 'OLLAMA', baseUrl: `${address.replace(/(\/(api|v1))?\/*$/, '')}/v1` } : undefined;
  },
};

/** Whether these settings name a server, or a key for one. */
export function namesServer(read: Settings): boolean {
  return endpointIn(read) !== undefined;
}

/**
 * Settles where an agent's request goes: its own settings first, its tenant's for what is missing, then the
 * deployment's. A key travels only to an address from the same place or from one further out: what an agent names is
 * never given its tenant's key, and what a tenant names never the deployment's.
 */
export function connectionFor(agent: AgentSpec, deployment: Settings, size: ModelRequest['size']): Connection {
  const places = [settingsOf(agent), tenantSettingsOf(agent), deployment];
  const chosen = first(places.slice(0, 2), chosenIn);
  const prefix = first(places, (read) => endpointIn(read, chosen))?.prefix ?? 'OPENAI';
  const endpoints = places.map((read) => PRESETS[prefix.toLowerCase()]?.(read));
  const bringer = endpoints.findIndex((endpoint) => endpoint?.baseUrl !== undefined);
  const trusted = bringer < 0 ? places.length : bringer + 1;
  const baseUrl = checkedUrl(endpoints[bringer]?.baseUrl ?? OPENAI);
  const model =
    first(places.slice(0, trusted), (read) => modelIn(read, prefix, size)) ??
    (baseUrl === OPENAI ? DEFAULT_OPENAI_MODEL : undefined);
  if (!model) throw new TurnFault('caller', `No model is set. Set ${prefix}_LARGE_MODEL.`);
  const ownServer = bringer >= 0 && places[bringer] !== deployment;
  return { baseUrl, ownServer, apiKey: first(endpoints.slice(0, trusted), (endpoint) => endpoint?.apiKey), model };
}

/** What the first of them that has something has. */
function first<T, R>(items: T[], read: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = read(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function endpointIn(read: Settings, preferred?: string): Endpoint | undefined {
  const presets = Object.entries(PRESETS).sort(([a], [b]) => Number(b === preferred) - Number(a === preferred));
  return first(presets, ([, endpointOf]) => endpointOf(read));
}

function modelIn(read: Settings, prefix: string, size: ModelRequest['size']): string | undefined {
  const large = read(`${prefix}_LARGE_MODEL`) ?? read('LARGE_MODEL') ?? read('model');
  if (size === 'large') return large;
  return read(`${prefix}_SMALL_MODEL`) ?? read('SMALL_MODEL') ?? large;
}

function checkedUrl(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password) {
    throw new TurnFault('caller', 'The base URL of the model server is not a plain http or https address.');
  }
  return address.replace(/\/+$/, '');
}
