/**
 * The types of files that may be stored at all, with the endings they may have; the first one is given where the
 * uploader's is none of them. Nothing here runs where it is opened.
 */
export const FILE_TYPES: Readonly<Record<string, readonly string[]>> = {
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
  'image/gif': ['gif'],
  'image/webp': ['webp'],
  'image/avif': ['avif'],
  'audio/mpeg': ['mp3', 'mpga'],
  'audio/wav': ['wav'],
  'audio/ogg': ['ogg', 'oga', 'opus'],
  'audio/webm': ['webm', 'weba'],
  'audio/mp4': ['m4a', 'mp4'],
  'audio/aac': ['aac'],
  'audio/flac': ['flac'],
  'video/mp4': ['mp4', 'm4v'],
  'video/webm': ['webm'],
  'video/ogg': ['ogv'],
  'video/quicktime': ['mov'],
  'application/pdf': ['pdf'],
  'application/zip': ['zip'],
  'application/epub+zip': ['epub'],
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': ['docx'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ['xlsx'],
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': ['pptx'],
  'application/vnd.oasis.opendocument.text': ['odt'],
  'application/vnd.oasis.opendocument.spreadsheet': ['ods'],
  'text/plain': ['txt', 'md', 'csv', 'json', 'log'],
  'application/gzip': ['gz', 'tgz'],
  'application/x-7z-compressed': ['7z'],
  'application/vnd.rar': ['rar'],
};

/** Archives that are not looked into: they are taken where a tenant names them, and nowhere else. */
const UNSEEN = ['application/gzip', 'application/x-7z-compressed', 'application/vnd.rar'];

/** The types that a tenant takes which names none: more than ElizaOS's, and all that can be looked into. */
export const DEFAULT_UPLOAD_TYPES: readonly string[] = Object.keys(FILE_TYPES).filter((type) => !UNSEEN.includes(type));

/** The setting of a tenant that names the types it takes. */
export const UPLOAD_TYPES_SETTING = 'UPLOAD_TYPES';

/**
 * The types that a tenant's setting names: types and families (`image/*`), parted by commas or blanks; `default` stands
 * for {@link DEFAULT_UPLOAD_TYPES}. What may not be stored at all is never among them.
 */
export function uploadTypesNamed(setting: string): string[] {
  const named = setting.toLowerCase().split(/[\s,;]+/);
  return Object.keys(FILE_TYPES).filter(
    (type) =>
      named.includes(type) ||
      named.includes(`${type.split('/')[0]}/*`) ||
      (named.includes('default') && DEFAULT_UPLOAD_TYPES.includes(type)),
  );
}
