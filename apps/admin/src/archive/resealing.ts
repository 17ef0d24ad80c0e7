import { scryptSync } from 'node:crypto';
import type { Uuid } from '@app/contracts';
import { agentSecretOwner, SecretBox, tenantSettingOwner, tokenIssuerOwner, type Sealed } from '@app/platform';
import { CommandError } from '../command-error.js';

/** Who sealed a secret, and for which tenant. */
export interface Seal {
  box: SecretBox;
  tenantId: Uuid;
}

/** A row with a secret, as JSON has it: bytes in hexadecimal behind `\x`. Of an issuer with public keys there is none. */
interface SealedRow {
  id: Uuid;
  agent_id: Uuid;
  name: string;
  key_id: string | null;
  ciphertext: string | null;
}

/** A key made of a passphrase, which takes about a tenth of a second: for whoever guesses, too. */
export function boxOf(passphrase: string, salt: Buffer): SecretBox {
  return new SecretBox(
    scryptSync(passphrase, salt, 32, { N: 2 ** 16, r: 8, p: 1, maxmem: 2 ** 27 }).toString('base64'),
  );
}

/**
 * A row whose secret is sealed by somebody else for somebody else. It is never written down in clear.
 *
 * @throws CommandError when it does not open
 */
export function reseal(table: string, row: string, { from, to }: { from: Seal; to: Seal }): string {
  const sealed = JSON.parse(row) as SealedRow;
  if (sealed.ciphertext === null || sealed.key_id === null) return row;
  const ciphertext = Buffer.from(sealed.ciphertext.replace(/^\\x/, ''), 'hex');
  const plain = opened({ keyId: sealed.key_id, ciphertext }, ownerOf(table, sealed, from.tenantId), from.box);
  const anew = to.box.seal(plain, ownerOf(table, sealed, to.tenantId));
  return JSON.stringify({ ...sealed, key_id: anew.keyId, ciphertext: `\\x${anew.ciphertext.toString('hex')}` });
}

/** Whether a row holds a secret at all. */
export function isSecret(row: string): boolean {
  return (JSON.parse(row) as SealedRow).ciphertext !== null;
}

function opened(sealed: Sealed, owner: string[], box: SecretBox): string {
  try {
    return box.open(sealed, owner);
  } catch (error) {
    throw new CommandError(
      `A secret does not open (${(error as Error).message}): ENCRYPTION_KEY is not the one it was sealed with.`,
    );
  }
}

function ownerOf(table: string, { id, agent_id: agentId, name }: SealedRow, tenantId: Uuid): string[] {
  if (table === 'agent_secrets') return agentSecretOwner(tenantId, agentId, name);
  if (table === 'tenant_settings') return tenantSettingOwner(tenantId, name);
  return tokenIssuerOwner(tenantId, id);
}
