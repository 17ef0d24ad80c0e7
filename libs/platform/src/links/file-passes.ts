import { isUuid, type Uuid } from '@app/contracts';
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** What somebody may hand in: one file that an agent made, under this name. */
export interface FilePass {
  tenantId: Uuid;
  agentId: Uuid;
  /** The last part of its path. */
  file: string;
  /** As whoever made it says. */
  type: string;
  /** As people see it. */
  name: string;
}

/** How long a pass is good for, in milliseconds. */
const FOR_MS = 60_000;

/**
 * Lets a process of ours hand in one file for one agent, and no other process: whoever knows the encryption key makes
 * passes, and takes them.
 */
export class FilePasses {
  private readonly key: Buffer;

  /** @param encryptionKey 32 bytes in base64; the key of passes is derived from it */
  constructor(encryptionKey: string) {
    this.key = Buffer.from(hkdfSync('sha256', Buffer.from(encryptionKey, 'base64'), '', 'eliza file passes', 32));
  }

  issue(pass: FilePass, now = Date.now()): string {
    const said = Buffer.from(JSON.stringify({ ...pass, until: now + FOR_MS })).toString('base64url');
    return `${said}.${this.mac(said)}`;
  }

  /** What a pass lets in; undefined when it is not ours, or has ended. */
  open(text: string, now = Date.now()): FilePass | undefined {
    const [, said, mac] = /^([\w-]{1,4000})\.([\w-]{43})$/.exec(text) ?? [];
    if (said === undefined || mac === undefined) return undefined;
    if (!timingSafeEqual(Buffer.from(this.mac(said)), Buffer.from(mac))) return undefined;
    const { until, ...pass } = JSON.parse(Buffer.from(said, 'base64url').toString()) as FilePass & { until: number };
    return until > now && isUuid(pass.tenantId) && isUuid(pass.agentId) ? pass : undefined;
  }

  private mac(said: string): string {
    return createHmac('sha256', this.key).update(said).digest('base64url');
  }
}
