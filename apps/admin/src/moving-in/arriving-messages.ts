import type { Json, JsonObject } from '@app/contracts';
import type { ArrivingMessage, ElizaosMessage } from '@app/persistence';
import { servedPaths } from './served-paths.js';

/** A message as it is stored here: who said it has a name where ElizaOS noted one, files are named by their URLs. */
export function arrivingMessage({ rawMessage, metadata, ...message }: ElizaosMessage): ArrivingMessage {
  const raw = rawObject(rawMessage);
  const told = metadata ?? {};
  return {
    ...message,
    authorName: firstText(told['user_display_name'], told['agentName'], raw?.['senderName']),
    metadata: servedPaths(told),
    rawMessage: raw && servedPaths(raw),
  };
}

/** Only an object is handed out again; anything else is kept inside one. */
function rawObject(value: unknown): JsonObject | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'object' && !Array.isArray(value)) return value as JsonObject;
  return { value: value as Json };
}

function firstText(...values: (Json | undefined)[]): string | null {
  return values.find((value): value is string => typeof value === 'string' && value !== '') ?? null;
}
