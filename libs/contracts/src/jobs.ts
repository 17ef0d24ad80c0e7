import { IsUUID } from 'class-validator';
import type { Uuid } from './ids.js';

/** "A turn may be claimed": only a hint, Postgres knows the rest, and the queue can be rebuilt from it at any time. */
export class TurnJob {
  @IsUUID('loose')
  tenantId: Uuid;

  @IsUUID('loose')
  turnId: Uuid;
}

/** The job catalogue: name of the queue, and the class its payload must satisfy. */
export const jobs = {
  turn: { queue: 'turns', payload: TurnJob },
} as const;

/** A job of the catalogue. */
export type JobName = keyof typeof jobs;

/** The payload of a job. */
export type JobPayload<N extends JobName> = InstanceType<(typeof jobs)[N]['payload']>;
