import { CharacterDto, FleetError, type Character, type CreateAgentDto, type JsonObject } from '@app/contracts';
import { validationFault } from '@app/platform';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { isObject, mergeDeep, withoutNulls } from './json.js';

/** Fields of an agent's row that are not its character's. Clients send whole rows back. */
const ROW_FIELDS = ['id', 'enabled', 'status', 'server_id', 'createdAt', 'updatedAt', 'created_at', 'updated_at'];

/**
 * The character of a new agent, under the first of its names that is given.
 *
 * @throws FleetError CREATE_ERROR
 */
export function givenCharacter({ characterJson, characterPath, agent }: CreateAgentDto): JsonObject {
  if (characterJson === undefined && characterPath !== undefined) {
    throw new FleetError('CREATE_ERROR', 'A path on the server is not read; send the character as characterJson');
  }
  const given = characterJson ?? agent;
  if (given === undefined || given === null) {
    throw new FleetError('CREATE_ERROR', 'No character configuration provided', 'No character configuration provided');
  }
  if (!isObject(given)) throw new FleetError('CREATE_ERROR', 'The character must be an object');
  return given;
}

/**
 * A character as it is stored: what a client sends, checked, without nulls and without what belongs to the row.
 *
 * @throws FleetError VALIDATION_ERROR
 */
export function newCharacter(given: JsonObject): Character {
  const character = withoutNulls(given);
  if (isObject(character['settings'])) character['settings'] = mergeDeep({}, character['settings']);
  demandCharacter(character);
  for (const field of ROW_FIELDS) delete character[field];
  return character as Character;
}

/**
 * A character after a change: fields are replaced, `settings` are merged, null takes a field or setting away.
 *
 * @throws FleetError VALIDATION_ERROR
 */
export function changedCharacter(before: Character, { id: _, settings, ...change }: JsonObject): Character {
  const fields = { ...(before as JsonObject), ...change };
  if (settings === null) delete fields['settings'];
  else if (isObject(settings)) fields['settings'] = mergeDeep(before.settings ?? {}, settings);
  else if (settings !== undefined) fields['settings'] = settings;
  return newCharacter(fields);
}

function demandCharacter(character: JsonObject): void {
  const faults = validateSync(plainToInstance(CharacterDto, character), { forbidUnknownValues: false });
  if (faults.length > 0) throw validationFault(faults);
}
