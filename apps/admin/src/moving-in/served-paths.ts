import type { Json, JsonObject } from '@app/contracts';

const STORED =
  /^(?:file:\/\/)?(?:\/|[A-Za-z]:[\\/]).*?[\\/]data[\\/](generated|uploads[\\/](?:agents|channels))[\\/]([0-9a-f-]{36})[\\/]([^\\/]+)$/i;

/**
 * The attachments of an object with paths of files in ElizaOS's data folder put as the URLs they are served under.
 * ElizaOS does so with every answer; here it is done once.
 */
export function servedPaths<T extends JsonObject>(object: T): T {
  const { attachments } = object;
  if (attachments === undefined || attachments === null) return object;
  return { ...object, attachments: Array.isArray(attachments) ? attachments.map(served) : served(attachments) };
}

function served(attachment: Json): Json {
  if (typeof attachment === 'string') return servedUrl(attachment);
  if (typeof attachment !== 'object' || attachment === null || Array.isArray(attachment)) return attachment;
  const { url } = attachment;
  return typeof url === 'string' ? { ...attachment, url: servedUrl(url) } : attachment;
}

function servedUrl(url: string): string {
  const stored = STORED.exec(url);
  if (!stored) return url;
  return `/media/${stored[1]!.replaceAll('\\', '/')}/${stored[2]}/${stored[3]}`;
}
