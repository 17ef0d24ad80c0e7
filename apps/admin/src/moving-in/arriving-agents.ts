import type { Character, Json, JsonObject, Uuid } from '@app/contracts';
import type { ArrivingAgent, ElizaosAgent } from '@app/persistence';
import { isOfTheProcess, openElizaSecret, WrongSaltError } from './eliza-secrets.js';
import { CommandError } from '../command-error.js';

/** An agent and its secrets, in clear until they are sealed again. */
export interface AgentWithSecrets extends ArrivingAgent {
  secrets: Map<string, string>;
}

/** How agents are brought over. */
export interface AgentOptions {
  /** ElizaOS's `SECRET_SALT`. Without one, secrets stay behind. */
  salt?: string;
  /** They do not answer until somebody starts them. */
  stopped: boolean;
}

/** Takes agents as ElizaOS keeps them apart into what is stored and what is sealed. */
export class ArrivingAgents {
  /** Names of secrets that stay behind because they are variables of a process. */
  readonly ofTheProcess = new Set<string>();

  constructor(private readonly options: AgentOptions) {}

  /** @throws CommandError when secrets do not open */
  arriving(agent: ElizaosAgent): AgentWithSecrets {
    const { settings, ...fields } = withoutNulls(agent.character);
    const { secrets, ...others } = isObject(settings) ? settings : {};
    return {
      id: agent.id,
      name: agent.name,
      character: { ...fields, settings: others } as unknown as Character,
      enabled: agent.enabled && !this.options.stopped,
      createdAt: agent.createdAt,
      updatedAt: agent.updatedAt,
      secrets: isObject(secrets) ? this.opened(agent, secrets) : new Map<string, string>(),
    };
  }

  private opened({ id, name: agentName }: ElizaosAgent, secrets: JsonObject): Map<string, string> {
    const opened = new Map<string, string>();
    const { salt } = this.options;
    if (salt === undefined) return opened;
    for (const [name, value] of Object.entries(secrets)) {
      if (isOfTheProcess(name)) this.ofTheProcess.add(name);
      else if (value !== null && typeof value !== 'object')
        opened.set(name, open(String(value), salt, { id, agentName }));
    }
    return opened;
  }
}

function open(value: string, salt: string, { id, agentName }: { id: Uuid; agentName: string }): string {
  try {
    return openElizaSecret(value, salt);
  } catch (error) {
    if (!(error instanceof WrongSaltError)) throw error;
    throw new CommandError(
      `The secrets of the agent ${agentName} (${id}) do not open: set SECRET_SALT as it was set for ElizaOS, ` +
        'or leave all secrets behind with --without-secrets.',
    );
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}
