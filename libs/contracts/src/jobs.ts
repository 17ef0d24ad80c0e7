import { IsDate, IsInt, IsOptional, IsString, IsUUID, Max, Min } from 'class-validator';
import { Type } from 'class-transformer';
import type { Uuid } from './ids.js';

/** "A turn may be claimed": only a hint, Postgres knows the rest, and the queue can be rebuilt from it at any time. */
export class TurnJob {
  @IsUUID('loose')
  tenantId: Uuid;

  @IsUUID('loose')
  turnId: Uuid;
}

/**
 * "Find a title for this conversation": somebody waits for the answer on `replyTo`, and asks again when none comes.
 */
export class TitleJob {
  @IsUUID('loose')
  tenantId: Uuid;

  @IsUUID('loose')
  channelId: Uuid;

  @IsUUID('loose')
  agentId: Uuid;

  /** How many of the last messages are read. */
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number;

  /** Only messages before this moment. */
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  before?: Date;

  /** Names the question in its answer. */
  @IsUUID('loose')
  askId: Uuid;

  /** The Redis channel of the process that waits. */
  @IsString()
  replyTo: string;

  /** When nobody waits any longer, in epoch milliseconds: a job that is taken later is dropped. */
  @IsInt()
  until: number;
}

/** What a title job comes to. */
export interface TitleAnswer {
  askId: Uuid;
  /** Null when there is nothing to find a title for. */
  title: string | null;
  /** It could not be found out; asking again may help. */
  failed?: true;
}

/** "Make of this file what can be made of it": only a hint, Postgres knows whether it is still to be done. */
export class DerivationJob {
  @IsUUID('loose')
  tenantId: Uuid;

  @IsUUID('loose')
  mediaId: Uuid;
}

/** The job catalogue: name of the queue, and the class its payload must satisfy. */
export const jobs = {
  turn: { queue: 'turns', payload: TurnJob },
  title: { queue: 'titles', payload: TitleJob },
  derivation: { queue: 'derivations', payload: DerivationJob },
} as const;

/** A job of the catalogue. */
export type JobName = keyof typeof jobs;

/** The payload of a job. */
export type JobPayload<N extends JobName> = InstanceType<(typeof jobs)[N]['payload']>;
