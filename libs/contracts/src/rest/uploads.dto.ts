import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import type { Uuid } from '../ids.js';
import { IsId } from '../is-id.js';

/** How the bytes of a file come: in one form, straight to the object store, or in parts. */
export const UPLOAD_WAYS = ['form', 'parts'] as const;

/** So many parts a file has at most. */
export const MOST_PARTS = 10_000;

/** So many addresses are signed at once. */
const MOST_AT_ONCE = 100;

/** A file that is about to come. It belongs to an agent or to a channel. */
export class BeginUploadDto {
  /** As it is shown; without a path. */
  @IsString()
  @MaxLength(255)
  name: string;

  /** Its media type. When it is complete its first bytes are compared with that. */
  @IsString()
  @MaxLength(200)
  type: string;

  /** In bytes, exactly. */
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  size: number;

  /** `form` when not given. */
  @IsOptional()
  @IsIn(UPLOAD_WAYS)
  way?: (typeof UPLOAD_WAYS)[number];

  /** Its SHA-256 in hexadecimal: what arrives differently is refused. */
  @IsOptional()
  @IsString()
  @Matches(/^[0-9a-f]{64}$/)
  checksum?: string;

  @ValidateIf(({ channelId }: BeginUploadDto) => channelId === undefined)
  @IsId({ message: 'agentId or channelId must be a UUID' })
  agentId?: Uuid;

  @IsOptional()
  @IsId()
  channelId?: Uuid;
}

/** For which parts addresses are wanted. */
export class PartUrlsDto {
  /** From 1. */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_AT_ONCE)
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(MOST_PARTS, { each: true })
  numbers: number[];
}
