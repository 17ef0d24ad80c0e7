import type { JsonObject } from '../character.js';

/** A file that was uploaded. */
export class UploadedFile {
  /** Where it is served: with a link's signature, so that whoever has it needs no key for a while. */
  url: string;
  /** image, video, audio or document for a file of an agent, its media type for one of a channel, as ElizaOS has it. */
  type: string;
  /** The name it is served under. */
  filename: string;
  /** As the uploader calls it. */
  originalName: string;
  /** In bytes. */
  size: number;
}

/** A file that was made of another one. */
export class DerivedFile {
  url: string;
  type: string;
  /** In bytes. */
  size: number;
}

/** What was made of a file. */
export class DerivedMedia {
  /** none, waiting, running, done or dead. */
  state: string;
  /** Such as width, height, duration in seconds, and how loud it is over time. */
  facts: JsonObject;
  /** What stands in a text, or null. */
  words: string | null;
  /** Smaller pictures of it. */
  files: DerivedFile[];
}
