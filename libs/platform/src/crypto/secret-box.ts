import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** A secret as it is stored: only the key that sealed it opens it, and only for the same owner. */
export interface Sealed {
  keyId: string;
  ciphertext: Buffer;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals secrets with AES-256-GCM. The owner's name is authenticated too: a sealed secret moved to another row stays shut. */
export class SecretBox {
  readonly keyId: string;
  private readonly key: Buffer;

  /** @param key 32 bytes in base64 */
  constructor(key: string) {
    this.key = Buffer.from(key, 'base64');
    if (this.key.length !== 32) throw new Error('ENCRYPTION_KEY must be 32 bytes in base64 (openssl rand -base64 32)');
    this.keyId = createHash('sha256').update(this.key).digest('hex').slice(0, 8);
  }

  /** @param owner whose secret it is, for example tenant, agent and name */
  seal(plain: string, owner: string[]): Sealed {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(JSON.stringify(owner)));
    const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return { keyId: this.keyId, ciphertext: Buffer.concat([nonce, cipher.getAuthTag(), body]) };
  }

  /** @throws Error when another key sealed it, it belongs to somebody else, or it was tampered with */
  open({ keyId, ciphertext }: Sealed, owner: string[]): string {
    if (keyId !== this.keyId) throw new Error(`The secret was sealed with another key (${keyId})`);
    const nonce = ciphertext.subarray(0, NONCE_BYTES);
    const tag = ciphertext.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.key, nonce)
      .setAAD(Buffer.from(JSON.stringify(owner)))
      .setAuthTag(tag);
    const body = ciphertext.subarray(NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  }
}

/** The owner of a tenant's setting, as {@link SecretBox} wants it. */
export function tenantSettingOwner(tenantId: string, name: string): string[] {
  return ['tenant', tenantId, name];
}

/** The owner of an agent's secret, as {@link SecretBox} wants it. */
export function agentSecretOwner(tenantId: string, agentId: string, name: string): string[] {
  return ['agent', tenantId, agentId, name];
}

/** The owner of the secret that a tenant shares with an issuer of tokens, as {@link SecretBox} wants it. */
export function tokenIssuerOwner(tenantId: string, issuerId: string): string[] {
  return ['token issuer', tenantId, issuerId];
}
