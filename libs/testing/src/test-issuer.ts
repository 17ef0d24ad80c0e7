import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId, type Scope, type Uuid } from '@app/contracts';
import type { Database, SealedTokenIssuer } from '@app/persistence';
import { SecretBox, tokenIssuerOwner } from '@app/platform';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { setting } from './database.js';

/** The key that signs at an issuer. */
interface SigningKey {
  id: string;
  algorithm: string;
  key: CryptoKey | Uint8Array;
  /** What is published of it; a shared secret has nothing of the kind. */
  publicKey?: CryptoKey;
}

const AUDIENCE = 'chat';

/** Somebody whose tokens a tenant takes from its end users. */
export class TestIssuer {
  /** How often its key set was fetched. */
  fetches = 0;
  private readonly published: object[] = [];
  private server?: Server;

  private constructor(
    readonly name: string,
    private signing: SigningKey,
  ) {}

  /** An issuer that shares a secret with the tenant. */
  static async shared(database: Database, tenantId: Uuid, more: Partial<SealedTokenIssuer> = {}): Promise<TestIssuer> {
    const secret = newId() + newId();
    const issuer = new TestIssuer(`https://${newId()}.example`, {
      ...{ id: 'shared', algorithm: 'HS256', key: Buffer.from(secret) },
    });
    const id = newId();
    const sealed = new SecretBox(setting('TEST_ENCRYPTION_KEY')).seal(secret, tokenIssuerOwner(tenantId, id));
    await issuer.agree(database, tenantId, { ...sealed, id, algorithms: ['HS256'], ...more });
    return issuer;
  }

  /** An issuer that publishes its keys, on this machine. */
  static async publishing(
    database: Database,
    tenantId: Uuid,
    more: Partial<SealedTokenIssuer> = {},
  ): Promise<TestIssuer> {
    const issuer = new TestIssuer(`https://${newId()}.example`, await newKey('first'));
    await issuer.publish();
    await issuer.open();
    await issuer.agree(database, tenantId, { algorithms: ['ES256'], jwksUrl: issuer.keysUrl, ...more });
    return issuer;
  }

  /** Where its keys are. */
  get keysUrl(): string {
    return `http://127.0.0.1:${(this.server!.address() as AddressInfo).port}/keys`;
  }

  /** A token of an end user, good for an hour. What is given replaces a claim; `undefined` leaves it out. */
  async token(subject: string, claims: JWTPayload = {}, header: { kid?: string } = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const payload = { iss: this.name, sub: subject, aud: AUDIENCE, iat: now, exp: now + 3_600, ...claims };
    const { id, algorithm, key } = this.signing;
    return new SignJWT(payload).setProtectedHeader({ alg: algorithm, kid: id, ...header }).sign(key);
  }

  /** Signs with another key from now on, and publishes it too. */
  async changeKey(id: string): Promise<void> {
    this.signing = await newKey(id);
    await this.publish();
  }

  /** The public keys as they are fetched. */
  keySet(): string {
    return JSON.stringify({ keys: this.published });
  }

  /** Answers nobody any more. */
  async close(): Promise<void> {
    const { server } = this;
    server?.closeAllConnections();
    if (server?.listening) await new Promise((resolve) => server.close(resolve));
  }

  /** Makes a tenant take this issuer's tokens. */
  async agree(database: Database, tenantId: Uuid, more: Partial<SealedTokenIssuer> = {}): Promise<Uuid> {
    const defaultScopes: Scope[] = ['agents:read', 'messages:read', 'messages:write'];
    return database.inTenant(tenantId, (scope) =>
      scope.tokenIssuers.put({
        ...{ id: newId(), issuer: this.name, audience: AUDIENCE, algorithms: ['ES256'], jwksUrl: null },
        ...{ entityClaim: null, scopesClaim: 'scope', defaultScopes, keyId: null, ciphertext: null },
        ...more,
      }),
    );
  }

  private async publish(): Promise<void> {
    const { id, algorithm, publicKey } = this.signing;
    this.published.push({ ...(await exportJWK(publicKey!)), kid: id, alg: algorithm, use: 'sig' });
  }

  private async open(): Promise<void> {
    this.server = createServer((_request, response) => {
      this.fetches++;
      response.setHeader('content-type', 'application/json');
      response.end(this.keySet());
    });
    await new Promise<void>((resolve) => this.server!.listen(0, '127.0.0.1', resolve));
  }
}

async function newKey(id: string): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { id, algorithm: 'ES256', key: privateKey, publicKey };
}
