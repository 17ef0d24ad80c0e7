import { fileTypeFromBuffer } from 'file-type';

/** So many bytes tell what a recording is, if it is one. */
export const HEAD_BYTES = 4_100;

/** Sound by the names of its containers, which may also hold pictures. */
const SOUND: Record<string, string> = {
  'audio/mpeg': 'audio/mpeg',
  'audio/wav': 'audio/wav',
  'audio/ogg': 'audio/ogg',
  'video/ogg': 'audio/ogg',
  'application/ogg': 'audio/ogg',
  'audio/webm': 'audio/webm',
  'video/webm': 'audio/webm',
  'video/matroska': 'audio/webm',
  'audio/mp4': 'audio/mp4',
  'audio/x-m4a': 'audio/mp4',
  'video/mp4': 'audio/mp4',
  'audio/aac': 'audio/aac',
  'audio/flac': 'audio/flac',
  'audio/x-flac': 'audio/flac',
};

/** The type of a recording by its first bytes; undefined for what is no sound. */
export async function audioType(head: Uint8Array): Promise<string | undefined> {
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  const [type = ''] = found?.mime.split(';') ?? [];
  return SOUND[type];
}
