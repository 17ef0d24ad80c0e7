import { FleetError } from '@app/contracts';
import type { Request } from 'express';
import { Readable } from 'node:stream';
import { UploadForm } from './upload-form.js';

const ROOM = { maxBytes: 1_000, tooLarge: () => new FleetError('PAYLOAD_TOO_LARGE', 'Too large') };

function requestOf(body: string): Request {
  const headers = { 'content-type': 'multipart/form-data; boundary=x' };
  return Object.assign(Readable.from([Buffer.from(body)]), { headers, complete: true }) as unknown as Request;
}

afterEach(() => jest.useRealTimers());

it.each([
  ['a head that is none', '--x\r\nno header\r\n\r\nHello\r\n--x--\r\n'],
  ['half a head', '--x\r\nContent-Dispo'],
  ['another edge', '--y\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nHello\r\n--y--\r\n'],
])('refuses a form with %s at once, and nothing of it goes off later', async (_, body) => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  await expect(UploadForm.open(requestOf(body), 'file', ROOM)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  expect(() => jest.advanceTimersByTime(60_000)).not.toThrow();
  expect(jest.getTimerCount()).toBe(0);
});
