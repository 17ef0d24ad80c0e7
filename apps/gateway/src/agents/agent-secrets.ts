import { FleetError, MASKED_SECRET, type Json, type JsonObject } from '@app/contracts';
import { isObject } from './json.js';

/** What a character says about secrets, taken out of it. */
export interface SecretChanges {
  /** Values to keep from now on, by name. */
  kept: Map<string, string>;
  /** Names of secrets to forget. */
  forgotten: string[];
  /** Whether every secret that is not kept is to be forgotten. */
  forgetsRest: boolean;
}

/**
 * Takes the secrets out of a character, from both places where ElizaOS has them. Null forgets a secret, in the place
 * of the secrets it forgets all; a masked value leaves the secret as it is.
 *
 * @throws FleetError VALIDATION_ERROR, which never repeats a value
 */
export function takeSecrets(given: JsonObject): { character: JsonObject; secrets: SecretChanges } {
  const { secrets: outer, ...character } = given;
  const changes: SecretChanges = { kept: new Map(), forgotten: [], forgetsRest: false };
  note(changes, outer, 'secrets');
  const { settings } = character;
  if (settings === null) changes.forgetsRest = true;
  if (!isObject(settings)) return { character, secrets: changes };
  const { secrets: inner, ...others } = settings;
  note(changes, inner, 'settings.secrets');
  return { character: { ...character, settings: others }, secrets: changes };
}

function note(changes: SecretChanges, given: Json | undefined, place: string): void {
  if (given === undefined) return;
  if (given === null) {
    changes.forgetsRest = true;
    return;
  }
  if (!isObject(given)) throw new FleetError('VALIDATION_ERROR', `${place} must be an object`);
  for (const [name, value] of Object.entries(given)) {
    if (value === null) changes.forgotten.push(name);
    else if (typeof value === 'object') throw new FleetError('VALIDATION_ERROR', `${place} must hold plain values`);
    else if (value !== MASKED_SECRET) changes.kept.set(name, String(value));
  }
}
