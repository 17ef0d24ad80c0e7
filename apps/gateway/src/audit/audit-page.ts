import { FleetError, type AuditQuery } from '@app/contracts';
import type { AuditEntry, AuditFilter, AuditPlace } from '@app/persistence';
import type { Response } from 'express';
import { answer } from '../http/answer.js';
import { table } from '../http/csv.js';

const USUAL_LIMIT = 100;

/** What is told of an act, in this order. */
export const AUDIT_COLUMNS = [
  ...(['at', 'actorKind', 'actor', 'address', 'action'] as const),
  ...(['objectType', 'objectId', 'outcome', 'requestId'] as const),
];

/**
 * The entries that a query asks for.
 *
 * @throws FleetError VALIDATION_ERROR for a cursor that is none
 */
export function auditFilter({
  since,
  until,
  action,
  actor,
  objectId,
  cursor,
  limit = USUAL_LIMIT,
}: AuditQuery): AuditFilter {
  const before = cursor === undefined ? {} : { before: placeOf(cursor) };
  return { since, until, action, actor, objectId, limit, ...before };
}

/** Answers with a page of entries, as JSON or as CSV with these columns; the way to the next page is in a header there. */
export function tellAuditPage<Entry extends AuditEntry>(
  response: Response,
  entries: Entry[],
  { format, limit, columns }: { format?: 'json' | 'csv'; limit: number; columns: readonly (keyof Entry & string)[] },
): void {
  const last = entries.length === limit ? entries.at(-1) : undefined;
  const next = last && `${last.place.micros}_${last.place.entry}`;
  if (format === 'csv') {
    if (next) response.setHeader('x-next-cursor', next);
    response.type('text/csv').send(table(columns, entries));
    return;
  }
  response.json(answer({ entries: entries.map(({ place: _, ...told }) => told), ...(next ? { next } : {}) }));
}

function placeOf(cursor: string): AuditPlace {
  const [micros, entry] = cursor.split('_').map(Number);
  const place = { micros: micros ?? NaN, entry: entry ?? NaN };
  if (!Number.isSafeInteger(place.micros) || !Number.isSafeInteger(place.entry)) {
    throw new FleetError('VALIDATION_ERROR', 'cursor must be the next of a page before');
  }
  return place;
}
