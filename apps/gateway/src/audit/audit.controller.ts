import { AuditAnswer, AuditQuery, FleetError } from '@app/contracts';
import { callerOf, ForTenant } from '@app/identity';
import type { AuditEntry, AuditFilter, AuditPlace } from '@app/persistence';
import { AnswersByHand } from '@app/platform';
import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { answer } from '../http/answer.js';
import { table } from '../http/csv.js';
import { AuditService } from './audit.service.js';

const USUAL_LIMIT = 100;

const COLUMNS = [
  ...(['at', 'actorKind', 'actor', 'address', 'action'] as const),
  ...(['objectType', 'objectId', 'outcome', 'requestId'] as const),
];

/** A tenant's own audit log. */
@Controller('api/audit')
@ForTenant('admin')
export class AuditController {
  constructor(@Inject(AuditService) private readonly audit: AuditService) {}

  /** A page, newest first. `next` leads to the one after it and is missing on the last. As CSV it is in a header. */
  @Get()
  @AnswersByHand(AuditAnswer)
  async list(@Query() query: AuditQuery, @Res() response: Response): Promise<void> {
    const filter = filterOf(query);
    const entries = await this.audit.page(callerOf(response.req), filter);
    const last = entries.length === filter.limit ? entries.at(-1) : undefined;
    const next = last && cursorOf(last);
    if (query.format === 'csv') {
      if (next) response.setHeader('x-next-cursor', next);
      response.type('text/csv').send(table(COLUMNS, entries));
      return;
    }
    response.json(answer({ entries: entries.map(({ place: _, ...told }) => told), ...(next ? { next } : {}) }));
  }
}

function filterOf({ cursor, limit = USUAL_LIMIT, ...query }: AuditQuery): AuditFilter {
  return { ...query, limit, ...(cursor === undefined ? {} : { before: placeOf(cursor) }) };
}

function cursorOf({ place }: AuditEntry): string {
  return `${place.micros}_${place.entry}`;
}

function placeOf(cursor: string): AuditPlace {
  const [micros, entry] = cursor.split('_').map(Number);
  const place = { micros: micros ?? NaN, entry: entry ?? NaN };
  if (!Number.isSafeInteger(place.micros) || !Number.isSafeInteger(place.entry)) {
    throw new FleetError('VALIDATION_ERROR', 'cursor must be the next of a page before');
  }
  return place;
}
