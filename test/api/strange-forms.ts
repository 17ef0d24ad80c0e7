/** A multipart form that nobody means. */
export interface StrangeForm {
  name: string;
  type: string;
  body: Buffer;
}

const EDGE = 'strange';
const TYPE = `multipart/form-data; boundary=${EDGE}`;
const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A part of a form, as it stands on the wire. */
function part(disposition: string, bytes: Buffer | string, type = 'image/png'): Buffer {
  const head = `--${EDGE}\r\nContent-Disposition: ${disposition}\r\nContent-Type: ${type}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(bytes), Buffer.from('\r\n')]);
}

const file = (name: string, bytes: Buffer | string = DOT, type?: string): Buffer =>
  part(`form-data; name="file"; filename="${name}"`, bytes, type);
const field = (name: string, value: string): Buffer => part(`form-data; name="${name}"`, value, 'text/plain');
const END = Buffer.from(`--${EDGE}--\r\n`);
const form = (...parts: Buffer[]): Buffer => Buffer.concat([...parts, END]);

/** Forms with a file, with something wrong in one place each. The first is right. */
export const STRANGE_FORMS: StrangeForm[] = [
  { name: 'a picture', type: TYPE, body: form(file('dot.png')) },
  { name: 'no part', type: TYPE, body: form() },
  { name: 'nothing', type: TYPE, body: Buffer.alloc(0) },
  { name: 'no edge', type: 'multipart/form-data', body: form(file('dot.png')) },
  { name: 'another edge', type: 'multipart/form-data; boundary=other', body: form(file('dot.png')) },
  { name: 'an edge too long', type: `multipart/form-data; boundary=${'x'.repeat(5_000)}`, body: form(file('dot.png')) },
  { name: 'no end', type: TYPE, body: file('dot.png') },
  { name: 'half a head', type: TYPE, body: Buffer.from(`--${EDGE}\r\nContent-Dispo`) },
  { name: 'two files', type: TYPE, body: form(file('dot.png'), file('other.png')) },
  { name: 'fields alone', type: TYPE, body: form(field('a', 'b'), field('language', 'de')) },
  { name: 'a file of another name', type: TYPE, body: form(part('form-data; name="x"; filename="a.png"', DOT)) },
  { name: 'a file without a name', type: TYPE, body: form(part('form-data; name="file"', DOT)) },
  { name: 'a file of no bytes', type: TYPE, body: form(file('dot.png', '')) },
  { name: 'a path', type: TYPE, body: form(file('../../etc/passwd')) },
  { name: 'a path of Windows', type: TYPE, body: form(file('C:\\windows\\win.ini')) },
  { name: 'NUL in a name', type: TYPE, body: form(file('a\0.png')) },
  { name: 'a long name', type: TYPE, body: form(file(`${'x'.repeat(10_000)}.png`)) },
  {
    name: 'a name of no UTF-8',
    type: TYPE,
    body: form(Buffer.from(file('NAME').toString('latin1').replace('NAME', '\xff\xfe'), 'latin1')),
  },
  { name: 'markup', type: TYPE, body: form(file('page.png', '<!doctype html><script>alert(1)</script>')) },
  { name: 'a drawing that runs', type: TYPE, body: form(file('a.svg', '<svg onload="alert(1)"/>', 'image/svg+xml')) },
  { name: 'bytes of no kind', type: TYPE, body: form(file('a.bin', Buffer.alloc(9_000, 0xfe), 'nonsense')) },
  { name: 'the head of a picture', type: TYPE, body: form(file('dot.png', DOT.subarray(0, 9))) },
  { name: 'a type that is none', type: TYPE, body: form(file('dot.png', DOT, '/;=,')) },
  {
    name: 'many fields',
    type: TYPE,
    body: form(...Array.from({ length: 300 }, (_, i) => field(`f${i}`, 'x')), file('a.png')),
  },
  { name: 'a long field', type: TYPE, body: form(field('metadata', 'x'.repeat(2_000_000)), file('a.png')) },
  { name: 'metadata that is none', type: TYPE, body: form(field('metadata', '{"a":'), file('a.png')) },
  {
    name: 'a name of something inherited',
    type: TYPE,
    body: form(field('__proto__', 'x'), field('toString', 'y'), file('a.png')),
  },
];
