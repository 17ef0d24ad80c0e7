import type { Uuid } from '../ids.js';

/** An upload that has begun. */
export class UploadBegun {
  id: Uuid;
  way: 'form' | 'parts';
  /** Until then it can be completed. */
  expiresAt: Date;
  /** Of a form: where it is sent to. */
  url?: string;
  /** Of a form: its fields, to be sent before the file, which is called `file`. */
  fields?: { [name: string]: string };
  /** In parts: how long each is but the last, in bytes. */
  partBytes?: number;
  partCount?: number;
}

/** A part that is stored. */
export class UploadedPart {
  number: number;
  /** In bytes. */
  size: number;
}

/** A file that was uploaded and can be seen. */
export class CompletedFile {
  /** With a signature that holds for a day. */
  url: string;
  /** Its media type, as its first bytes tell it. */
  type: string;
  filename: string;
  originalName: string;
  size: number;
}

/** How far an upload is. */
export class UploadView {
  id: Uuid;
  way: 'form' | 'parts';
  state: 'open' | 'completing' | 'ready' | 'refused' | 'aborted';
  /** Of the whole file, in bytes. */
  size: number;
  expiresAt: Date;
  partBytes?: number;
  partCount?: number;
  /** What has arrived of one in parts, as long as it is open. */
  parts?: UploadedPart[];
  /** Once it is ready. */
  file?: CompletedFile;
  /** Why it was refused. */
  refusal?: UploadRefusal;
}

/** Why an upload was refused. */
export class UploadRefusal {
  code: string;
  message: string;
  details?: unknown;
}

/** An address to which one part is PUT. */
export class PartUrl {
  number: number;
  url: string;
  /** How long the part must be, in bytes. */
  size: number;
}

/** Addresses of parts. */
export class PartUrls {
  urls: PartUrl[];
  /** Until when they are good. */
  expiresAt: Date;
}

/** An upload that was given up. */
export class UploadAborted {
  aborted: true;
}
