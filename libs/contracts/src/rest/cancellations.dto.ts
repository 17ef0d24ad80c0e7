import { IsOptional } from 'class-validator';
import type { Uuid } from '../ids.js';
import { IsId } from '../is-id.js';

/** Which answers to a message are not wanted any more. */
export class CancelAnswersDto {
  /** Whose; those of all agents when not given. */
  @IsOptional()
  @IsId()
  agentId?: Uuid;
}
