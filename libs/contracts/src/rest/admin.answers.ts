import type { Uuid } from '../ids.js';
import type { Scope } from '../scopes.js';

/** A tenant in a list. */
export class TenantSummary {
  id: Uuid;
  slug: string | null;
  status: 'active' | 'suspended' | 'deleting';
  /** How large its share of the workers is when many tenants want them. */
  weight: number;
  plan: string;
}

/** A page of tenants. */
export class TenantList {
  tenants: TenantSummary[];
  /** What to ask for the next page with, as `after`; missing on the last one. */
  next?: Uuid;
}

/** A tenant. */
export class TenantView extends TenantSummary {
  name: string;
  hosts: string[];
  createdAt: Date;
}

/** A key of a tenant. Nothing of its secret is told again. */
export class ApiKeyView {
  id: Uuid;
  name: string;
  scopes: Scope[];
  createdAt: Date;
  rotatedAt: Date | null;
  /** Until when the secret before the last rotation is good. */
  previousUntil: Date | null;
  expiresAt: Date | null;
  revokedAt: Date | null;
  /** To the minute. */
  lastUsedAt: Date | null;
}

/** All keys of a tenant. */
export class ApiKeyList {
  keys: ApiKeyView[];
}

/** A key with its text, which is told this once. */
export class ApiKeyShown {
  id: Uuid;
  key: string;
}

/** Whose tokens a tenant takes. */
export class TokenIssuerView {
  id: Uuid;
  issuer: string;
  audience: string;
  algorithms: string[];
  jwksUrl: string | null;
  entityClaim: string | null;
  scopesClaim: string;
  defaultScopes: Scope[];
}

/** All issuers of a tenant. */
export class TokenIssuerList {
  issuers: TokenIssuerView[];
}

/** An issuer that was agreed with. */
export class TokenIssuerAgreed {
  id: Uuid;
}

/** A key or an issuer that is good no more. */
export class Ended {
  ended: boolean;
}

/** What a tenant used of a kind in a month, named by its first day (UTC). */
export class ErasedUsage {
  month: string;
  kind: string;
  quantity: number;
}

/** How far the erasure of a tenant is. This stays when the tenant is gone. */
export class TenantErasureView {
  id: Uuid;
  tenantId: Uuid;
  /** The operator who asked for it. */
  actor: string;
  state: 'waiting' | 'running' | 'done';
  requestedAt: Date;
  finishedAt: Date | null;
  /** How many rows went so far, by table. */
  erased: Record<string, number>;
  /** Files whose objects are still to go; null while nobody has looked. */
  filesLeft: number | null;
  /** What the tenant used in all its time, for its last bill; null until it is added up. */
  used: ErasedUsage[] | null;
}

/** The erasures asked for last, the youngest first. */
export class TenantErasureList {
  erasures: TenantErasureView[];
}
