import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsDate,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUrl,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import type { Uuid } from '../ids.js';
import { IsId } from '../is-id.js';
import { SCOPES, type Scope } from '../scopes.js';

/** How a plan may be called. */
export const PLAN_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;
const SLUG = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const HOST = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;
const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'];
const KEY_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const YEAR_MS = 31_536_000_000;

/** A new tenant. */
export class CreateTenantDto {
  @IsString()
  @Length(1, 200)
  name: string;

  /** Its name in host names under the installation's domain. */
  @IsOptional()
  @Matches(SLUG)
  slug?: string;

  /** The plan it is held to; "default" when not given. */
  @IsOptional()
  @Matches(PLAN_NAME)
  plan?: string;

  /** How large its share of the workers is when many tenants want them; 1 when not given. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000)
  weight?: number;
}

/** A change of a tenant; what is left out stays. */
export class UpdateTenantDto {
  @IsOptional()
  @IsString()
  @Length(1, 200)
  name?: string;

  /** An empty one takes it away. */
  @IsOptional()
  @ValidateIf((change: UpdateTenantDto) => change.slug !== '')
  @Matches(SLUG)
  slug?: string;

  @IsOptional()
  @IsIn(['active', 'suspended'])
  status?: 'active' | 'suspended';

  /** The plan it is held to. */
  @IsOptional()
  @Matches(PLAN_NAME)
  plan?: string;

  /** How large its share of the workers is when many tenants want them. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000)
  weight?: number;

  /** In place of all host names it had. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @Matches(HOST, { each: true })
  @MaxLength(253, { each: true })
  hosts?: string[];
}

/** Which tenants are listed. */
export class ListTenantsQuery {
  @IsOptional()
  @IsId()
  after?: Uuid;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit?: number;
}

/** How many erasures are listed. */
export class ListErasuresQuery {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit?: number;
}

/** A new key of a tenant. */
export class CreateApiKeyDto {
  @IsString()
  @Length(1, 200)
  name: string;

  @IsArray()
  @ArrayNotEmpty()
  @IsIn(SCOPES, { each: true })
  scopes: Scope[];

  /** As ISO 8601; it never ends when not given. */
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  expiresAt?: Date;
}

/** How a key gets another secret. */
export class RotateApiKeyDto {
  /** So long the secret it has is still good, in milliseconds; a day when not given. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(YEAR_MS)
  overlapMs?: number;
}

/** An issuer whose tokens a tenant takes, in place of one of the same name. */
export class PutTokenIssuerDto {
  /** What the claim `iss` must be. */
  @IsString()
  @Length(1, 500)
  issuer: string;

  /** What the claim `aud` must name. */
  @IsString()
  @Length(1, 500)
  audience: string;

  /** The secret that both sides know; else `jwksUrl` is where the issuer's public keys are. */
  @ValidateIf((one: PutTokenIssuerDto) => one.jwksUrl === undefined)
  @IsString()
  @Length(32, 1_000)
  secret?: string;

  @ValidateIf((one: PutTokenIssuerDto) => one.secret === undefined)
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  @MaxLength(2_000)
  jwksUrl?: string;

  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @IsIn([...SECRET_ALGORITHMS, ...KEY_ALGORITHMS], { each: true })
  algorithms?: string[];

  /** The claim that holds the entity's id. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  entityClaim?: string;

  /** The claim that holds scopes; `scope` when not given. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  scopesClaim?: string;

  /** What a token is good for that has no such claim; reading and writing of messages when not given. */
  @IsOptional()
  @IsArray()
  @IsIn(SCOPES, { each: true })
  defaultScopes?: Scope[];
}
