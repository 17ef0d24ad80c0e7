import { FleetError } from '@app/contracts';
import busboy from 'busboy';
import type { Request } from 'express';
import type { Readable } from 'node:stream';
import { soundName } from './sound-name.js';
import type { Room } from './storage-room.js';

/** How long a form may talk before its file begins. */
const FILE_WITHIN_MS = 15_000;

/** How long an answer has to reach a caller who is still sending, before his connection is cut. */
const LINGER_MS = 3_000;

/** What is allowed beside the one file. */
const LIMITS = { files: 1, fields: 10, parts: 11, fieldNameSize: 100, fieldSize: 10_000, headerPairs: 50 };

/** A multipart form with one file, read as it comes: the caller's socket is read no faster than the file is. */
export class UploadForm {
  private constructor(
    /** As the uploader calls it; checked. */
    readonly name: string,
    /** As the uploader says. */
    readonly declaredType: string,
    /** The file's bytes. Fails when the form breaks off, or the file is too large. */
    readonly file: Readable,
    /** The form came to its end, with nothing forbidden after the file. */
    readonly ended: Promise<void>,
    /** What else the form says; all of it is there when it has ended. */
    readonly fields: ReadonlyMap<string, string>,
  ) {}

  /**
   * Reads a form up to the beginning of its file.
   *
   * @throws FleetError INVALID_REQUEST when there is no form, or no file of that name in it
   */
  static async open(request: Request, field: string, { maxBytes, tooLarge }: Room): Promise<UploadForm> {
    const form = begin(request, maxBytes);
    const broken = (error: unknown): FleetError =>
      error instanceof FleetError ? error : invalid(`The form cannot be read: ${messageOf(error)}`);
    const fields = new Map<string, string>();
    form.on('field', (name, value) => fields.set(name, value));
    // The parser tells of some faults without ending: whatever it meets later has nobody else to hear it.
    form.on('error', () => undefined);
    let current: Readable | undefined;
    const fail = (error: unknown): void => {
      const fault = broken(error);
      current?.destroy(fault);
      form.destroy(fault);
    };
    const ended = new Promise<void>((resolve, reject) => {
      form.once('close', resolve);
      form.once('error', (error) => reject(broken(error)));
    });
    ended.catch(() => undefined); // met by whoever waits for it
    for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const) {
      form.once(limit, () => fail(invalid('The form holds more than one file')));
    }
    // An answer that is sent whole closes the request too.
    request.once('close', () => {
      if (!request.complete) fail(invalid('The connection ended before the file did'));
    });

    const opened = new Promise<UploadForm>((resolve, reject) => {
      const timer = setTimeout(
        () => fail(new FleetError('UPLOAD_TOO_SLOW', 'The file did not begin in time')),
        FILE_WITHIN_MS,
      );
      form.once('error', (error) => {
        clearTimeout(timer);
        reject(broken(error));
        form.destroy();
      });
      form.once('close', () => {
        clearTimeout(timer);
        reject(noFile(field));
      });
      form.once('file', (name, file, { filename, mimeType }) => {
        clearTimeout(timer);
        current = file;
        file.on('error', () => undefined); // also met by whoever reads it
        // The parser ends a file that breaks off with an error of its own.
        const destroy = file.destroy.bind(file);
        file.destroy = (error) => destroy(error && broken(error));
        file.once('limit', () => file.destroy(tooLarge()));
        try {
          if (name !== field || filename === undefined) throw noFile(field);
          resolve(new UploadForm(soundName(filename), mimeType, file, ended, fields));
        } catch (error) {
          fail(error);
        }
      });
    });
    request.pipe(form);
    return opened;
  }
}

/**
 * Ends a connection whose request is not wanted to its end: what still comes is thrown away for a moment, so that the
 * caller can read his answer, then nobody listens any more.
 */
export function stopReading(request: Request): void {
  request.unpipe();
  if (request.complete) return;
  request.res?.setHeader('connection', 'close');
  request.resume();
  setTimeout(() => request.destroy(), LINGER_MS).unref();
}

function begin(request: Request, maxBytes: number): busboy.Busboy {
  try {
    return busboy({
      headers: request.headers,
      preservePath: true,
      defParamCharset: 'utf8',
      // What is as large as this counts as too large.
      limits: { ...LIMITS, fileSize: maxBytes + 1 },
    });
  } catch (error) {
    throw invalid(`A multipart form with a file is needed: ${messageOf(error)}`);
  }
}

function noFile(field: string): FleetError {
  return invalid(`The form has no file named "${field}"`);
}

function invalid(message: string): FleetError {
  return new FleetError('INVALID_REQUEST', message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
