import type { Uuid } from '@app/contracts';

/** What an archive says of itself in its first line. */
export interface ArchiveHead {
  format: 'eliza-fleet-tenant';
  version: 1;
  exportedAt: string;
  tenant: { id: Uuid; name: string; slug: string | null; weight: number };
  /** What the key of its secrets is made of besides the passphrase; null when it has none. In base64. */
  salt: string | null;
}

/** What stands in its last line: how many rows of each table it has, and the hash of everything before. */
export interface ArchiveEnd {
  end: true;
  counts: Record<string, number>;
  sha256: string;
}

/** The one version there is. An archive is gzip over lines: the head, `table<tab>row as JSON` …, the end. */
export const ARCHIVE = { format: 'eliza-fleet-tenant', version: 1 } as const;
