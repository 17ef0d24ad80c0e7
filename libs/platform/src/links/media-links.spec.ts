import { newId } from '@app/contracts';
import { randomBytes } from 'node:crypto';
import { MediaLinks } from './media-links.js';

const key = randomBytes(32).toString('base64');
const links = new MediaLinks(key);
const tenant = newId();
const path = `/media/uploads/agents/${newId()}/1-2.png`;
const hour = 3_600_000;
const noon = Date.UTC(2026, 0, 1, 12, 0, 0);

const signatureOf = (url: string): string => url.slice(url.indexOf('?sig=') + 5);

it('names the tenant that a path was signed for', () => {
  expect(links.tenantOf(path, signatureOf(links.sign(tenant, path)))).toBe(tenant);
});

it('is the same all hour, so that browsers keep what they have', () => {
  expect(links.sign(tenant, path, noon)).toBe(links.sign(tenant, path, noon + hour - 1));
  expect(links.sign(tenant, path, noon)).not.toBe(links.sign(tenant, path, noon + hour));
});

it('holds for a day at least, and ends', () => {
  const signature = signatureOf(links.sign(tenant, path, noon + hour - 1));
  expect(links.tenantOf(path, signature, noon + 25 * hour - 2)).toBe(tenant);
  expect(links.tenantOf(path, signature, noon + 25 * hour)).toBeUndefined();
});

it('opens nothing else: no other path, tenant, end or key', () => {
  const signature = signatureOf(links.sign(tenant, path));
  const [, end, mac] = signature.split('.');
  const other = new MediaLinks(randomBytes(32).toString('base64'));
  expect(links.tenantOf(path.replace('1-2', '1-3'), signature)).toBeUndefined();
  expect(links.tenantOf(path, `${newId()}.${end}.${mac}`)).toBeUndefined();
  expect(links.tenantOf(path, `${tenant}.${Number(end) + 3_600}.${mac}`)).toBeUndefined();
  expect(other.tenantOf(path, signature)).toBeUndefined();
  for (const garbage of [
    '',
    '..',
    `${tenant}.${end}.`,
    `${tenant}.${end}.${mac}x`,
    `${tenant}.0x1.${mac}`,
    'a'.repeat(999),
  ]) {
    expect(links.tenantOf(path, garbage)).toBeUndefined();
  }
});

it('signs attachments wherever they stand, and nothing else', () => {
  const told = {
    text: path,
    attachments: [{ url: path, title: 'a' }, { url: 'https://example.org/x.png' }, 'odd', null],
    data: { messages: [{ metadata: { attachments: [{ url: path }] } }], url: path },
  };
  const signed = links.signedIn(tenant, told);
  const url = links.sign(tenant, path);
  expect(signed).toEqual({
    text: path,
    attachments: [{ url, title: 'a' }, { url: 'https://example.org/x.png' }, 'odd', null],
    data: { messages: [{ metadata: { attachments: [{ url }] } }], url: path },
  });
  expect(told.attachments[0]).toEqual({ url: path, title: 'a' });
  expect(MediaLinks.bareIn(signed)).toEqual(told);
});

it('leaves what holds no files as it is', () => {
  const told = { text: 'x', list: [1, { at: new Date() }], nothing: undefined, attachments: 'none' };
  expect(links.signedIn(tenant, told)).toBe(told);
  expect(MediaLinks.bareIn({ attachments: [{ url: '/elsewhere?sig=1' }] }).attachments[0]!.url).toBe(
    '/elsewhere?sig=1',
  );
});
