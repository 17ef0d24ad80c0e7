import type { ModelFile } from '../model.js';

/** One part of an answer, as the SDK hands it on. */
interface AnswerPart {
  type: string;
  file?: { mediaType: string; uint8Array: Uint8Array };
  rawValue?: unknown;
}

/** A picture as OpenRouter and those who follow it send it, beside the text of a delta. */
interface Delta {
  images?: { image_url?: { url?: string } }[];
}

/**
 * The files in a part of an answer: those that the SDK knows, and pictures as chat servers send them. Only what comes with
 * its bytes counts: an address would have to be fetched from wherever the model likes.
 */
export function filesIn(part: AnswerPart): ModelFile[] {
  if (part.type === 'file' && part.file) {
    return [{ type: part.file.mediaType, bytes: Buffer.from(part.file.uint8Array) }];
  }
  if (part.type !== 'raw') return [];
  const { choices } = (part.rawValue ?? {}) as { choices?: { delta?: Delta }[] };
  if (!Array.isArray(choices)) return [];
  return choices.flatMap(({ delta }) => (Array.isArray(delta?.images) ? delta.images.flatMap(fileOf) : []));
}

function fileOf(image: NonNullable<Delta['images']>[number] | null): ModelFile[] {
  const [, type, data] = /^data:([\w.+-]+\/[\w.+-]+);base64,(.+)$/s.exec(image?.image_url?.url ?? '') ?? [];
  return type === undefined || data === undefined ? [] : [{ type, bytes: Buffer.from(data, 'base64') }];
}
