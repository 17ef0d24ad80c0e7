import { FILE_TYPES } from '@app/contracts';

/** What clients are told of a file: ElizaOS's four kinds. */
export type MediaKind = 'image' | 'video' | 'audio' | 'document';

/** Names that others have for the same types. */
const SAME: Record<string, string> = {
  'audio/mp3': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/opus': 'audio/ogg',
  'audio/x-m4a': 'audio/mp4',
  'audio/x-flac': 'audio/flac',
  'application/ogg': 'audio/ogg',
  'video/x-m4v': 'video/mp4',
  'image/jpg': 'image/jpeg',
  'image/apng': 'image/png',
  'application/x-zip-compressed': 'application/zip',
  'text/markdown': 'text/plain',
  'text/csv': 'text/plain',
  'application/json': 'text/plain',
  'application/x-gzip': 'application/gzip',
  'application/x-rar-compressed': 'application/vnd.rar',
};

/** A type under the one name it has here, without parameters. */
export function typeNamed(type: string): string {
  const [bare = ''] = type.toLowerCase().split(';');
  const name = bare.trim();
  return SAME[name] ?? name;
}

/** Whether files of this type may be stored at all. */
export function isStored(type: string): boolean {
  return Object.hasOwn(FILE_TYPES, type);
}

/** The ending of a file of this type: the uploader's when it belongs to the type. */
export function endingOf(type: string, name: string): string {
  const endings = FILE_TYPES[type] ?? [];
  const given = /\.([0-9A-Za-z]{1,8})$/.exec(name)?.[1]?.toLowerCase();
  return (given !== undefined && endings.includes(given) ? given : endings[0]) ?? 'bin';
}

/** What kind of file this is to ElizaOS's clients. */
export function kindOf(type: string): MediaKind {
  const [family] = type.split('/');
  return family === 'image' || family === 'video' || family === 'audio' ? family : 'document';
}
