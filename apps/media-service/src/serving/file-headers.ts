import type { ReadyMedia } from '@app/persistence';
import type { IncomingHttpHeaders } from 'node:http';

/** Types that browsers may show in place; all others are handed over as files. */
const INLINE = /^(image\/(jpeg|png|gif|webp|avif)|audio\/[\w.-]+|video\/[\w.-]+|text\/plain)$/;

const YEAR_S = 31_536_000;

/** What a file is served with. Its name changes with its content, so it may be kept for ever. */
export function fileHeaders(media: ReadyMedia): Record<string, string> {
  const isText = media.type.startsWith('text/');
  return {
    'content-type': isText ? `${media.type}; charset=utf-8` : media.type,
    'content-disposition': disposition(media),
    'cache-control': `private, max-age=${YEAR_S}, immutable`,
    etag: etagOf(media),
    'last-modified': media.createdAt.toUTCString(),
    'accept-ranges': 'bytes',
    ...SAFE,
  };
}

/** Nothing that was uploaded may run, whatever a browser takes it for. */
const SAFE = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
};

/** Whether the asker has the file already (RFC 9110, 13.2.2). */
export function isKnown(media: ReadyMedia, headers: IncomingHttpHeaders): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined) {
    return tags.split(',').some((tag) => ['*', etagOf(media)].includes(tag.trim().replace(/^W\//, '')));
  }
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && secondsOf(media) <= since;
}

/** Whether the asker's part of the file belongs to this one (RFC 9110, 13.1.5): else it gets all of it. */
export function isSameAs(media: ReadyMedia, ifRange: string | undefined): boolean {
  if (ifRange === undefined || ifRange === etagOf(media)) return true;
  return Date.parse(ifRange) === secondsOf(media);
}

function etagOf({ checksum }: ReadyMedia): string {
  return `"${checksum}"`;
}

function secondsOf({ createdAt }: ReadyMedia): number {
  return Math.floor(createdAt.getTime() / 1000) * 1000;
}

/** The uploader's name in both writings of RFC 6266: one for old readers, one with all characters (RFC 8187). */
function disposition({ type, originalName }: ReadyMedia): string {
  const way = INLINE.test(type) ? 'inline' : 'attachment';
  const plain = originalName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const full = encodeURIComponent(originalName).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${way}; filename="${plain}"; filename*=UTF-8''${full}`;
}
