import type { UploadBegun, Uuid } from '@app/contracts';
import type { Reply, TestMedia } from './test-media.js';

/** A client of uploads that take several requests. */
export class DirectUploader {
  constructor(
    readonly media: TestMedia,
    readonly headers: Record<string, string> = {},
  ) {}

  /** Asks for an upload, with whatever the test says. */
  begin(wanted: Record<string, unknown>): Promise<Reply> {
    return this.media.json('POST', '/api/media/uploads', wanted, this.headers);
  }

  /** An upload that has begun. */
  async begun(wanted: Record<string, unknown>): Promise<UploadBegun> {
    const { status, body } = await this.begin(wanted);
    if (status !== 201) throw new Error(`The upload was refused: ${status} ${JSON.stringify(body)}`);
    return body.data as UploadBegun;
  }

  /** Sends a file to the store with a form, as a browser does. */
  async sendForm({ url, fields }: Pick<UploadBegun, 'url' | 'fields'>, bytes: Buffer): Promise<Response> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields!)) form.append(name, value);
    form.append('file', new Blob([new Uint8Array(bytes)]), 'file');
    return fetch(url!, { method: 'POST', body: form });
  }

  async urls(id: Uuid, numbers: number[]): Promise<string[]> {
    const { body } = await this.media.json('POST', `/api/media/uploads/${id}/part-urls`, { numbers }, this.headers);
    return (body.data.urls as { url: string }[]).map(({ url }) => url);
  }

  /** Sends a part through the media-service. */
  put(id: Uuid, number: number | string, bytes: Buffer, headers: Record<string, string> = {}): Promise<Reply> {
    return this.media.send(`/api/media/uploads/${id}/parts/${number}`, {
      method: 'PUT',
      body: new Uint8Array(bytes),
      headers: { 'content-type': 'application/octet-stream', ...this.headers, ...headers },
    });
  }

  get(id: Uuid): Promise<Reply> {
    return this.media.json('GET', `/api/media/uploads/${id}`, undefined, this.headers);
  }

  complete(id: Uuid): Promise<Reply> {
    return this.media.json('POST', `/api/media/uploads/${id}/complete`, {}, this.headers);
  }

  abort(id: Uuid): Promise<Reply> {
    return this.media.json('DELETE', `/api/media/uploads/${id}`, undefined, this.headers);
  }
}
