import type { AgentSpec } from '../turns/engine.js';

/** Reads a setting by its name; blank counts as not set. */
export type Settings = (name: string) => string | undefined;

/** An agent's own settings by their ElizaOS names: its secrets first, then its character's settings. */
export function settingsOf(agent: AgentSpec): Settings {
  return (name) => text(agent.secrets[name]) ?? text(agent.character.settings?.[name]);
}

/** The model provider an agent names for itself. */
export function chosenProvider(agent: AgentSpec): string | undefined {
  const read = settingsOf(agent);
  return (read('MODEL_PROVIDER') ?? read('modelProvider'))?.toLowerCase();
}

/** A text that says something, without the white space around it. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
