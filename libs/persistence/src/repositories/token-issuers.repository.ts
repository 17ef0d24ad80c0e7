import type { Scope, Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import type { TenantStatus } from './tenant.repository.js';

/** How a tenant checks the tokens of an issuer. */
export interface TokenIssuer {
  id: Uuid;
  /** What their claim `iss` must be. */
  issuer: string;
  /** What their claim `aud` must name. */
  audience: string;
  algorithms: string[];
  /** Where the issuer's public keys are; null when both sides know a secret. */
  jwksUrl: string | null;
  /** The claim that holds the entity's id; without one it is derived from issuer and subject. */
  entityClaim: string | null;
  /** The claim that holds scopes. */
  scopesClaim: string;
  /** What a token is good for that has no such claim. */
  defaultScopes: Scope[];
}

/** An issuer with the secret that both sides know, sealed. */
export interface SealedTokenIssuer extends TokenIssuer {
  keyId: string | null;
  ciphertext: Buffer | null;
}

/** What a token is checked by, and whether its tenant is served. */
export interface TokenIssuerProof {
  status: TenantStatus;
  tenantGeneration: number;
  /** Null when the tenant takes no tokens of this issuer. */
  issuer: SealedTokenIssuer | null;
}

const FIELDS = `i.id, i.issuer, i.audience, i.algorithms, i.jwks_url as "jwksUrl", i.entity_claim as "entityClaim",
  i.scopes_claim as "scopesClaim", i.default_scopes as "defaultScopes"`;

type ProofRow = Omit<TokenIssuerProof, 'issuer'> & (SealedTokenIssuer | { id: null });

/** Whose tokens a tenant takes. Secrets come in sealed and go out sealed. */
export class TokenIssuersRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** Stores an issuer in place of one of the same name, which keeps its id. Answers the id. */
  async put(given: SealedTokenIssuer): Promise<Uuid> {
    const [row] = await this.manager.query<{ id: Uuid }[]>(
      `insert into token_issuers (tenant_id, id, issuer, audience, algorithms, key_id, ciphertext, jwks_url,
          entity_claim, scopes_claim, default_scopes)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       on conflict (tenant_id, issuer) do update
         set audience = excluded.audience, algorithms = excluded.algorithms, key_id = excluded.key_id,
             ciphertext = excluded.ciphertext, jwks_url = excluded.jwks_url, entity_claim = excluded.entity_claim,
             scopes_claim = excluded.scopes_claim, default_scopes = excluded.default_scopes
       returning id`,
      [
        ...[this.tenantId, given.id, given.issuer, given.audience, given.algorithms, given.keyId, given.ciphertext],
        ...[given.jwksUrl, given.entityClaim, given.scopesClaim, given.defaultScopes],
      ],
    );
    return row!.id;
  }

  /** All issuers by name. */
  async list(): Promise<TokenIssuer[]> {
    return this.manager.query<TokenIssuer[]>(
      `select ${FIELDS} from token_issuers i where i.tenant_id = $1 order by i.issuer`,
      [this.tenantId],
    );
  }

  /** Takes an issuer away: its tokens are not taken any more. Answers whether it was there. */
  async delete(id: Uuid): Promise<boolean> {
    const [, count] = await this.manager.query<[unknown[], number]>(
      'delete from token_issuers where tenant_id = $1 and id = $2',
      [this.tenantId, id],
    );
    return count === 1;
  }

  /** What a token of this issuer is checked by; undefined when there is no such tenant. */
  async proof(issuer: string): Promise<TokenIssuerProof | undefined> {
    const [row] = await this.manager.query<ProofRow[]>(
      `select t.status, t.generation as "tenantGeneration", ${FIELDS}, i.key_id as "keyId", i.ciphertext
         from tenants t left join token_issuers i on i.tenant_id = t.id and i.issuer = $2
        where t.id = $1`,
      [this.tenantId, issuer],
    );
    if (!row) return undefined;
    const { status, tenantGeneration } = row;
    return { status, tenantGeneration, issuer: row.id === null ? null : row };
  }
}
