import type { Scope, Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import type { TenantStatus } from './tenant.repository.js';

/** A key as people see it: nothing of its secret. */
export interface ApiKey {
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

/** What a key is proven by, and whether its tenant is served. All times are those of Postgres. */
export interface ApiKeyProof {
  status: TenantStatus;
  tenantGeneration: number;
  /** The rest is null when the tenant has no such key. */
  generation: number | null;
  scopes: Scope[] | null;
  secretHash: Buffer | null;
  previousHash: Buffer | null;
  revoked: boolean | null;
  /** Milliseconds until it ends; below zero when it is over, null when it never ends. */
  endsInMs: number | null;
  /** The same for the secret before the last rotation. */
  previousEndsInMs: number | null;
}

/** A new key. */
export interface NewApiKey {
  id: Uuid;
  name: string;
  scopes: Scope[];
  secretHash: Buffer;
  expiresAt?: Date | null;
}

const FIELDS = `id, name, scopes, created_at as "createdAt", rotated_at as "rotatedAt",
  previous_until as "previousUntil", expires_at as "expiresAt", revoked_at as "revokedAt",
  last_used_at as "lastUsedAt"`;

const msUntil = (column: string): string => `(extract(epoch from ${column} - clock_timestamp()) * 1000)::float8`;

/** A tenant's API keys. */
export class ApiKeysRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  async insert(key: NewApiKey): Promise<ApiKey> {
    const [row] = await this.manager.query<ApiKey[]>(
      `insert into api_keys (tenant_id, id, name, scopes, secret_hash, expires_at) values ($1, $2, $3, $4, $5, $6)
       returning ${FIELDS}`,
      [this.tenantId, key.id, key.name, key.scopes, key.secretHash, key.expiresAt],
    );
    return row!;
  }

  /** All keys, also those that are over, the oldest first. */
  async list(): Promise<ApiKey[]> {
    return this.manager.query<ApiKey[]>(`select ${FIELDS} from api_keys where tenant_id = $1 order by created_at, id`, [
      this.tenantId,
    ]);
  }

  async find(id: Uuid): Promise<ApiKey | undefined> {
    const [row] = await this.manager.query<ApiKey[]>(
      `select ${FIELDS} from api_keys where tenant_id = $1 and id = $2`,
      [this.tenantId, id],
    );
    return row;
  }

  /** What a caller's key is compared with; undefined when there is no such tenant. */
  async proof(id: Uuid): Promise<ApiKeyProof | undefined> {
    const [row] = await this.manager.query<ApiKeyProof[]>(
      `select t.status, t.generation as "tenantGeneration", k.generation, k.scopes, k.secret_hash as "secretHash",
              k.previous_hash as "previousHash", k.revoked_at is not null as revoked,
              ${msUntil('k.expires_at')} as "endsInMs", ${msUntil('k.previous_until')} as "previousEndsInMs"
         from tenants t left join api_keys k on k.tenant_id = t.id and k.id = $2
        where t.id = $1`,
      [this.tenantId, id],
    );
    return row;
  }

  /**
   * Gives a key another secret. The one it had is good for so long still; the one before that ends now. Undefined when
   * there is no such key, or it was revoked.
   */
  async rotate(id: Uuid, secretHash: Buffer, overlapMs: number): Promise<ApiKey | undefined> {
    return this.change(
      `update api_keys
          set previous_hash = secret_hash, secret_hash = $3, rotated_at = clock_timestamp(),
              previous_until = clock_timestamp() + make_interval(secs => $4 / 1000.0)
        where tenant_id = $1 and id = $2 and revoked_at is null returning ${FIELDS}`,
      [id, secretHash, overlapMs],
    );
  }

  /** Ends a key for good. Undefined when there is no such key. */
  async revoke(id: Uuid): Promise<ApiKey | undefined> {
    return this.change(
      `update api_keys set revoked_at = coalesce(revoked_at, clock_timestamp())
        where tenant_id = $1 and id = $2 returning ${FIELDS}`,
      [id],
    );
  }

  /** Notes that keys were used, at most once a minute for each. */
  async noteUse(ids: Uuid[]): Promise<void> {
    await this.manager.query(
      `update api_keys set last_used_at = clock_timestamp()
        where tenant_id = $1 and id = any ($2)
          and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')`,
      [this.tenantId, ids],
    );
  }

  /** TypeORM answers an update with its rows and their number. */
  private async change(text: string, values: unknown[]): Promise<ApiKey | undefined> {
    const [rows] = await this.manager.query<[ApiKey[], number]>(text, [this.tenantId, ...values]);
    return rows[0];
  }
}
