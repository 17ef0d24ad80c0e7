import type { AgentSpec } from '../turns/engine.js';

/** Reads a setting by its name; blank counts as not set. */
export type Settings = (name: string) => string | undefined;

/** An agent's own settings by their ElizaOS names: its secrets first, then its character's settings. */
export function settingsOf(agent: AgentSpec): Settings {
  return (name) => text(agent.secrets[name]) ?? text(agent.character.settings?.[name]);
}

/** What the agent's tenant has set for all its agents. */
export function tenantSettingsOf(agent: AgentSpec): Settings {
  return (name) => text(agent.tenantSettings?.[name]);
}

/** The model provider that these settings name. */
export function chosenIn(read: Settings): string | undefined {
  return (read('MODEL_PROVIDER') ?? read('modelProvider'))?.toLowerCase();
}

/** A text that says something, without the white space around it. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
