import { TurnFault, type AgentSpec } from '../../turns/engine.js';
import { chosenProvider, settingsOf, type Settings } from '../agent-settings.js';
import type { ModelRequest } from '../model.js';

/** Where a request goes, with which key, for which model. */
export interface Connection {
  baseUrl: string;
  /** Whether the agent brought the address itself: then nobody of ours has looked at it. */
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
 * Settles where an agent's request goes: its own settings first, the deployment's for what is missing. An agent that
 * brings its own address is only ever given its own key: the deployment's must not travel to a server it did not choose.
 */
export function connectionFor(agent: AgentSpec, deployment: Settings, size: ModelRequest['size']): Connection {
  const read = settingsOf(agent);
  const chosen = chosenProvider(agent);
  const own = endpointIn(read, chosen);
  const shared = sharedEndpoint(deployment, own, chosen);
  const prefix = own?.prefix ?? shared?.prefix ?? 'OPENAI';
  const bringsServer = own?.baseUrl !== undefined;
  const baseUrl = checkedUrl(own?.baseUrl ?? shared?.baseUrl ?? OPENAI);
  const apiKey = bringsServer ? own?.apiKey : (own?.apiKey ?? shared?.apiKey);
  const model =
    modelIn(read, prefix, size) ??
    (bringsServer || !shared ? undefined : modelIn(deployment, prefix, size)) ??
    (baseUrl === OPENAI ? DEFAULT_OPENAI_MODEL : undefined);
  if (!model) throw new TurnFault('caller', `No model is set. Set ${prefix}_LARGE_MODEL.`);
  return { baseUrl, ownServer: bringsServer, apiKey, model };
}

/** The deployment's server, unless the agent's own key is for another kind of server. */
function sharedEndpoint(deployment: Settings, own: Endpoint | undefined, chosen?: string): Endpoint | undefined {
  const shared = endpointIn(deployment, own?.prefix.toLowerCase() ?? chosen);
  return own && shared?.prefix !== own.prefix ? undefined : shared;
}

function endpointIn(read: Settings, preferred?: string): Endpoint | undefined {
  const presets = Object.entries(PRESETS).sort(([a], [b]) => Number(b === preferred) - Number(a === preferred));
  for (const [, endpointOf] of presets) {
    const found = endpointOf(read);
    if (found) return found;
  }
  return undefined;
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
