import {
  IsIn,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import type { JsonObject } from '../character.js';
import { MAX_MESSAGE_LENGTH } from '../events/client-events.js';
import type { Uuid } from '../ids.js';
import { IsId } from '../is-id.js';

/** The containers that speech can be asked for in. A voice that knows only one speaks in that. */
export const SPEECH_FORMATS = ['mp3', 'wav', 'ogg'] as const;
export type SpeechFormat = (typeof SPEECH_FORMATS)[number];

/** How something is to be said. */
class SpeechDto {
  /** A name that the agent's speech server knows; the agent's own voice when not given. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  voice?: string;

  @IsOptional()
  @IsIn(SPEECH_FORMATS)
  format?: SpeechFormat;

  /** 1 is as usual. */
  @IsOptional()
  @IsNumber()
  @Min(0.25)
  @Max(4)
  speed?: number;

  /** Such as `de` or `en-GB`. */
  @IsOptional()
  @IsString()
  @Matches(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/)
  @MaxLength(35)
  language?: string;
}

/** A text to be said. */
export class GenerateSpeechDto extends SpeechDto {
  @IsString()
  @Matches(/\S/, { message: 'text must not be empty' })
  @MaxLength(MAX_MESSAGE_LENGTH)
  text: string;
}

/** A text, or a message, to be said. */
export class SynthesizeDto extends SpeechDto {
  /** Answered as sound. */
  @ValidateIf(({ messageId }: SynthesizeDto) => messageId === undefined)
  @IsString()
  @Matches(/\S/, { message: 'text or messageId is needed' })
  @MaxLength(MAX_MESSAGE_LENGTH)
  text?: string;

  /** Answered as JSON, as ElizaOS's client reads it. */
  @IsOptional()
  @IsId()
  messageId?: Uuid;
}

/** Something said to an agent in writing, to be answered in speech. */
export class ConverseDto extends SpeechDto {
  @IsString()
  @Matches(/\S/, { message: 'text must not be empty' })
  @MaxLength(MAX_MESSAGE_LENGTH)
  text: string;

  /** The channel it is said in; the one that speaker and agent have for themselves when not given. */
  @IsOptional()
  @IsId()
  channelId?: Uuid;

  /** ElizaOS's name of the channel. */
  @IsOptional()
  @IsId()
  roomId?: Uuid;

  /** Who says it; the caller's own entity when not given. */
  @IsOptional()
  @IsId()
  entityId?: Uuid;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  userName?: string;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  name?: string;

  @IsOptional()
  @IsObject()
  metadata?: JsonObject;
}
