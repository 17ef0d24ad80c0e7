import { newId } from '@app/contracts';

/** A value nobody means, by its name in a report. */
export interface Strange {
  name: string;
  value: unknown;
}

const RIGHT_TO_LEFT = '\u202eevil\u202c';
const FAMILY = '\u{1f469}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}';

/** Values for a field of a body, of every wrong type and of the right one at its edges. */
export const STRANGE_VALUES: Strange[] = [
  { name: 'null', value: null },
  { name: 'true', value: true },
  { name: 'zero', value: 0 },
  { name: 'a negative number', value: -1 },
  { name: 'a part of one', value: 0.5 },
  { name: 'beyond whole numbers', value: 9_007_199_254_740_993 },
  { name: 'the largest number', value: 1.7e308 },
  { name: 'no text', value: '' },
  { name: 'a blank', value: ' \t\n' },
  { name: 'a text', value: 'x' },
  { name: 'an id', value: newId() },
  { name: 'an id in capitals', value: newId().toUpperCase() },
  { name: 'nearly an id', value: `${newId()}0` },
  { name: 'a long text', value: 'x'.repeat(300_000) },
  { name: 'NUL', value: 'a\0b' },
  { name: 'half a character', value: 'a\ud800b' },
  { name: 'the other half', value: '\udfff' },
  { name: 'right to left', value: RIGHT_TO_LEFT },
  { name: 'families', value: FAMILY.repeat(500) },
  { name: 'no character', value: '\uffff\ufffe\ufeff' },
  { name: 'SQL', value: "'; drop table messages; --" },
  { name: 'a pattern', value: '%_\\(a+)+$' },
  { name: 'a path', value: '../../../../etc/passwd' },
  { name: 'markup', value: '<script>alert(1)</script>' },
  { name: 'a date that is none', value: '2024-13-45T99:99:99Z' },
  { name: 'the last date', value: '+275760-09-13T00:00:00.000Z' },
  { name: 'beyond dates', value: 8_640_000_000_000_001 },
  { name: 'the name of something inherited', value: 'toString' },
  { name: 'an empty list', value: [] },
  { name: 'a list of nothing', value: [null, null] },
  { name: 'a list in a list', value: [[[[]]]] },
  { name: 'a list of unlike things', value: [1, 'a', {}, null, true] },
  { name: 'a huge list of texts', value: Array(20_000).fill('x') },
  { name: 'a huge list of ids', value: Array.from({ length: 5_000 }, newId) },
  { name: 'an empty object', value: {} },
  { name: 'an object without a prototype', value: JSON.parse('{"__proto__":{"admin":true}}') },
  { name: 'an object with a constructor', value: { constructor: { prototype: { admin: true } } } },
  { name: 'an object that hides its methods', value: { toString: 1, valueOf: 'x', then: true, toJSON: 'x' } },
  { name: 'an object with a length', value: { length: 4_294_967_295, 0: 'x' } },
  { name: 'an object with strange names', value: { '': 1, $where: '1', 'a.b': 1, '\ud83d': 1 } },
  { name: 'a buffer', value: { type: 'Buffer', data: [0, 255] } },
  { name: 'many keys', value: Object.fromEntries([...Array(5_000).keys()].map((key) => [`k${key}`, key])) },
  { name: 'deep objects', value: deep(45, (inner) => ({ a: inner })) },
  { name: 'very deep lists', value: deep(3_000, (inner) => [inner]) },
];

/** Queries for a parameter, as they stand in an address. */
export const STRANGE_QUERIES: ((name: string) => string)[] = [
  (name) => `${name}=`,
  (name) => `${name}=%20`,
  (name) => `${name}=-1`,
  (name) => `${name}=0`,
  (name) => `${name}=1.5`,
  (name) => `${name}=1e3`,
  (name) => `${name}=0x10`,
  (name) => `${name}=99999999999999999999999`,
  (name) => `${name}=9007199254740991`,
  (name) => `${name}=NaN`,
  (name) => `${name}=Infinity`,
  (name) => `${name}=null`,
  (name) => `${name}=all`,
  (name) => `${name}=%00`,
  (name) => `${name}=a%00b`,
  (name) => `${name}=%ED%A0%80`,
  (name) => `${name}=%FF%FE`,
  (name) => `${name}=%`,
  (name) => `${name}=${encodeURIComponent(RIGHT_TO_LEFT)}`,
  (name) => `${name}=${encodeURIComponent("' or 1=1; --")}`,
  (name) => `${name}=${'x'.repeat(6_000)}`,
  (name) => `${name}=8640000000000000`,
  (name) => `${name}=8640000000000001`,
  (name) => `${name}=0001-01-01`,
  (name) => `${name}=%2B275760-09-13T00:00:00.000Z`,
  (name) => `${name}=a&${name}=b`,
  (name) => `${name}[]=1&${name}[]=2`,
  (name) => `${name}[a][b]=1`,
  (name) => `${name}[__proto__]=1`,
  (name) => `__proto__[${name}]=1&constructor=2&${name}`,
  (name) => Array(400).fill(`${name}=1`).join('&'),
];

/** What may stand in a path in place of an id. */
export const STRANGE_PARTS: string[] = [
  'x',
  '-1',
  '%20',
  '%00',
  '%ED%A0%80',
  '%FF',
  '%',
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '..%5c..%5c',
  "'%20or%201=1--",
  '__proto__',
  'constructor',
  'undefined',
  'null',
  encodeURIComponent(RIGHT_TO_LEFT),
  `${newId()}0`,
  newId().toUpperCase(),
  newId().replaceAll('-', ''),
  `{${newId()}}`,
  '%7B%7D',
  'x'.repeat(6_000),
];

/** Bodies that are none, with what they say they are. */
export const STRANGE_BODIES: { name: string; type: string; body: string | Buffer; more?: Record<string, string> }[] = [
  { name: 'nothing', type: 'application/json', body: '' },
  { name: 'broken JSON', type: 'application/json', body: '{"a":' },
  { name: 'two values', type: 'application/json', body: '{}{}' },
  { name: 'a text', type: 'application/json', body: '"text"' },
  { name: 'a number', type: 'application/json', body: '1' },
  { name: 'null', type: 'application/json', body: 'null' },
  { name: 'a list', type: 'application/json', body: '[]' },
  { name: 'a list of objects', type: 'application/json', body: '[{},{}]' },
  { name: 'a prototype', type: 'application/json', body: '{"__proto__":{"admin":true}}' },
  { name: 'no UTF-8', type: 'application/json', body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]) },
  { name: 'very deep JSON', type: 'application/json', body: `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}` },
  { name: 'too much', type: 'application/json', body: `{"content":"${'x'.repeat(2_200_000)}"}` },
  { name: 'another charset', type: 'application/json; charset=klingon', body: '{}' },
  { name: 'UTF-16', type: 'application/json; charset=utf-16', body: Buffer.from('{"a":1}', 'utf16le') },
  { name: 'an unknown encoding', type: 'application/json', body: '{}', more: { 'content-encoding': 'x' } },
  { name: 'no gzip', type: 'application/json', body: '{}', more: { 'content-encoding': 'gzip' } },
  { name: 'a form', type: 'application/x-www-form-urlencoded', body: 'a=1&a[b]=2&__proto__[c]=3' },
  { name: 'a form of parts', type: 'multipart/form-data; boundary=x', body: '--x\r\nno header\r\n--x--' },
  { name: 'a plain text', type: 'text/plain', body: 'hello' },
  { name: 'XML', type: 'application/xml', body: '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>' },
  { name: 'bytes', type: 'application/octet-stream', body: Buffer.alloc(1_000, 0xff) },
  { name: 'no type', type: 'nonsense', body: '{}' },
];

function deep(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = wrap(value);
  return value;
}
