import { newId } from '@app/contracts';
import { randomBytes } from 'node:crypto';
import { FilePasses } from './file-passes.js';

const passes = new FilePasses(randomBytes(32).toString('base64'));
const pass = { tenantId: newId(), agentId: newId(), file: 'a.png', type: 'image/png', name: 'A cat ü' };

it('opens what it issued, for a minute', () => {
  const now = 1_000_000;
  const text = passes.issue(pass, now);
  expect(passes.open(text, now)).toEqual(pass);
  expect(passes.open(text, now + 59_999)).toEqual(pass);
  expect(passes.open(text, now + 60_000)).toBeUndefined();
});

it('opens nothing that was changed, or issued elsewhere', () => {
  const text = passes.issue(pass);
  const [said, mac] = text.split('.') as [string, string];
  const other = Buffer.from(JSON.stringify({ ...pass, tenantId: newId(), until: Date.now() + 1_000 }));
  for (const odd of [`${other.toString('base64url')}.${mac}`, `${said}.${'A'.repeat(43)}`, said, '', `${text}x`]) {
    expect(passes.open(odd)).toBeUndefined();
  }
  expect(new FilePasses(randomBytes(32).toString('base64')).open(text)).toBeUndefined();
});
