import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const BOUNDARY = 'abc';

/** What is sent as it stands, and how it is refused. No status: the connection ends without an answer. */
export interface HostileRequest {
  what: string;
  path?: string;
  headers?: string[];
  /** Sent one after the other; a number is a pause in milliseconds. */
  body: (string | Buffer | number)[];
  /** Its sender goes away when all is sent. */
  leaves?: true;
  status?: number;
  code?: string;
}

/** A part of a form. */
const part = (disposition: string, bytes: string, more = ''): string =>
  `--${BOUNDARY}\r\ncontent-disposition: form-data; ${disposition}\r\n${more}\r\n${bytes}\r\n`;
const file = (bytes: string, disposition = 'name="file"; filename="a.txt"'): string => part(disposition, bytes);
const END = `--${BOUNDARY}--\r\n`;
const named = (disposition: string): (string | Buffer)[] => [file('words', `name="file"; ${disposition}`) + END];

const bad = (what: string, body: HostileRequest['body'], more: Partial<HostileRequest> = {}): HostileRequest => ({
  what,
  body,
  status: 400,
  code: 'INVALID_REQUEST',
  ...more,
});

export const REQUESTS: HostileRequest[] = [
  bad('a name that climbs', named('filename="../../../etc/cron.d/x"')),
  bad('a name that climbs in the way of Windows', named('filename="..\\\\..\\\\x.exe"')),
  bad('a name from the root', named('filename="/etc/passwd"')),
  bad('a name on a drive', named('filename="C:\\\\boot.ini"')),
  bad('a name that climbs when it is decoded', named("filename*=UTF-8''..%2f..%2fx")),
  bad('a name with an end in its middle', named("filename*=UTF-8''a%00.png")),
  bad('a name with a line in it', named("filename*=UTF-8''a%0d%0aset-cookie:%20a=b")),
  bad('a name that is read from the other side', named("filename*=UTF-8''a%E2%80%AEgnp.exe")),
  bad('a name of blanks', named('filename="   "')),
  bad('a name of 300 letters', named(`filename="${'a'.repeat(300)}.png"`)),
  bad('a file without a name', [file('words', 'name="file"') + END]),
  bad('a file under another field', [file('words', 'name="upload"; filename="a.txt"') + END]),
  bad('two files', [file('words') + file('more') + END]),
  bad('a file of no bytes', [file('') + END]),
  bad('more fields than there are', [Array.from({ length: 20 }, (_, n) => part(`name="f${n}"`, 'x')).join('') + END]),
  bad('a form without an end', [file('words')]),
  bad('a form that ends in its first line', [`--${BOUNDARY}`]),
  bad('a form under another boundary', ['--other\r\n\r\nwords\r\n--other--\r\n']),
  bad('a form without anything', ['']),
  bad('a part with a head that is none', [`--${BOUNDARY}\r\nnot a head\r\n\r\nwords\r\n${END}`]),
  bad('a part with a head without end', [`--${BOUNDARY}\r\n${'x-a: b\r\n'.repeat(4_000)}`]),
  bad('a form whose boundary is missing', [file('words') + END], { headers: ['content-type: multipart/form-data'] }),
  bad('a form of another kind', [file('words') + END], {
    headers: [`content-type: application/x-www-form-urlencoded; boundary=${BOUNDARY}`],
  }),
  bad('a form that is packed', [Buffer.from('1f8b0800000000000003', 'hex'), Buffer.alloc(100, 7)], {
    headers: [`content-type: multipart/form-data; boundary=${BOUNDARY}`, 'content-encoding: gzip'],
  }),
  bad('an owner that climbs', [file('words') + END], {
    path: '/api/media/agents/..%2f..%2fadmin/upload-media',
    code: 'INVALID_ID',
  }),
  bad('an owner with an end in its middle', [file('words') + END], {
    path: '/api/media/channels/%00/upload-media',
    code: 'INVALID_ID',
  }),
  { what: 'two lengths that differ', headers: chunked('content-length: 5'), body: [''], status: 400 },
  { what: 'a chunk whose length is none', headers: chunked(), body: ['zz\r\nwords\r\n'], status: 400 },
  {
    what: 'a body in chunks that is larger than allowed',
    headers: chunked(),
    body: [
      inChunk(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n`),
      ...Array.from({ length: 3 }, () => inChunk('a'.repeat(1024 * 1024))),
    ],
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
  },
  {
    what: 'a body that stops',
    headers: chunked(),
    body: [inChunk(file('a'.repeat(1_000)).slice(0, 500))],
    status: 408,
    code: 'UPLOAD_TOO_SLOW',
  },
  {
    what: 'a body that comes by the byte',
    headers: chunked(),
    body: [inChunk(file('').trimEnd() + '\r\n\r\n'), ...Array.from({ length: 60 }, () => [inChunk('a'), 200]).flat()],
    status: 408,
    code: 'UPLOAD_TOO_SLOW',
  },
  {
    what: 'a body that is shorter than announced, and whose sender leaves',
    headers: [`content-type: multipart/form-data; boundary=${BOUNDARY}`, 'content-length: 100000'],
    body: [file('a'.repeat(70_000)), 100],
    leaves: true,
  },
];

/** Sends a request as it stands; answers what came back. */
export async function sendRaw(url: string, path: string, { headers, body, leaves }: HostileRequest): Promise<string> {
  const { hostname, port } = new URL(url);
  const length = body.reduce<number>(
    (sum, piece) => sum + (typeof piece === 'number' ? 0 : Buffer.byteLength(piece)),
    0,
  );
  const usual = [`content-type: multipart/form-data; boundary=${BOUNDARY}`];
  const given = headers ?? usual;
  const framed = given.some((line) => /^(content-length|transfer-encoding):/.test(line));
  const head = [`POST ${path} HTTP/1.1`, 'host: a', ...given, ...(framed ? [] : [`content-length: ${length}`]), '', ''];
  const socket = connect(Number(port), hostname);
  let told = '';
  socket.on('data', (chunk: Buffer) => (told += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(head.join('\r\n'));
  for (const piece of body) {
    if (told !== '' || socket.destroyed) break;
    if (typeof piece === 'number') await delay(piece);
    else socket.write(piece);
  }
  if (leaves) socket.destroy();
  for (let waited = 0; !leaves && !told.includes('\r\n\r\n') && waited < 15_000 && !socket.destroyed; waited += 20) {
    await delay(20);
  }
  await delay(20);
  socket.destroy();
  await closed;
  return told;
}

function chunked(more?: string): string[] {
  const form = `content-type: multipart/form-data; boundary=${BOUNDARY}`;
  return [form, 'transfer-encoding: chunked', ...(more === undefined ? [] : [more])];
}

function inChunk(bytes: string): string {
  return `${Buffer.byteLength(bytes).toString(16)}\r\n${bytes}\r\n`;
}
