import { DEFAULT_UPLOAD_TYPES, FleetError } from '@app/contracts';
import { fileTypeFromBuffer } from 'file-type';
import { isStored, kindOf, typeNamed } from './file-types.js';

/** So many bytes tell what a file is. */
export const HEAD_BYTES = 64 * 1024;

/** Containers that hold sound alone as well as pictures: here the uploader knows better than the first bytes. */
const EITHER: Record<string, string> = {
  'video/webm': 'audio/webm',
  'video/mp4': 'audio/mp4',
  'video/ogg': 'audio/ogg',
};

/**
 * The type of a file by its first bytes; what the uploader says only chooses between names of the same container, and
 * may not speak of something else entirely.
 *
 * @param allowed the types that are taken
 * @throws FleetError UNSUPPORTED_MEDIA_TYPE, whose details tell what came and what is taken
 */
export async function sniff(
  head: Buffer,
  declared: string,
  allowed: readonly string[] = DEFAULT_UPLOAD_TYPES,
): Promise<string> {
  const said = typeNamed(declared);
  const found = typeNamed((await fileTypeFromBuffer(head))?.mime ?? textType(head) ?? 'application/octet-stream');
  const type = EITHER[found] === said ? said : found;
  if (!isStored(type) || !allowed.includes(type)) {
    throw new FleetError('UNSUPPORTED_MEDIA_TYPE', `Files of this kind are not taken (${type})`, { type, allowed });
  }
  if (isStored(said) && kindOf(said) !== kindOf(type) && EITHER[said] !== type) {
    const message = `The file is not what it is said to be: ${said} was announced, ${type} came`;
    throw new FleetError('UNSUPPORTED_MEDIA_TYPE', message, { type });
  }
  return type;
}

/** What browsers would run, were it served under its own type. */
const MARKUP =
  /^\s*(<!--[\s\S]*?-->\s*)*<(!doctype|html|head|body|script|svg|\?xml|iframe|img|math|style|meta|link|a|p|div|title|table|form|object|embed)\b|^\s*<[?!]/i;

/** Control characters that no text has. */
const CONTROL = /[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/;

/** The type of what has no magic bytes: text, markup that would be run, or undefined. */
function textType(head: Buffer): string | undefined {
  if (head.length === 0) return undefined;
  let text: string;
  try {
    // A character cut in two at the end is none of the file's faults.
    text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
  } catch {
    return undefined;
  }
  if (CONTROL.test(text)) return undefined;
  return MARKUP.test(text.replace(/^\uFEFF/, '')) ? 'text/html' : 'text/plain';
}
