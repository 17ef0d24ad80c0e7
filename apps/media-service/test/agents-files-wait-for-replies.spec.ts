import { newId, type JsonObject, type Uuid } from '@app/contracts';
import { Database, MessagePath } from '@app/persistence';
import { FilePasses, type FilePass } from '@app/platform';
import { makeChannel, setting, someMessage } from '@app/testing';
import { DOT, TestMedia, type Reply } from './test-media.js';

let media: TestMedia;
let tenantId: Uuid;
let agentId: Uuid;
beforeAll(async () => {
  media = await TestMedia.start({ MEDIA_SWEEP_INTERVAL_MS: '3600000', DERIVATION_INTERVAL_MS: '3600000' });
  tenantId = await media.db.tenant();
});
beforeEach(() => (agentId = newId()));
afterAll(() => media.close());

const passFor = (changes: Partial<FilePass> = {}): FilePass => ({
  tenantId,
  agentId,
  file: `${newId()}.png`,
  type: 'image/png',
  name: 'image-1.png',
  ...changes,
});

async function handIn(pass: FilePass, bytes: Buffer | string = DOT): Promise<Reply> {
  const issued = new FilePasses(setting('TEST_ENCRYPTION_KEY')).issue(pass);
  return send(issued, bytes);
}

const send = (pass: string, bytes: Buffer | string): Promise<Reply> =>
  media.send('/internal/generated', {
    method: 'POST',
    headers: { authorization: `Bearer ${pass}` },
    body: new Uint8Array(Buffer.from(bytes as string)),
  });

const pathOf = ({ agentId: of, file }: FilePass): string => `/media/generated/${of}/${file}`;
const linked = (pass: FilePass) => media.send(media.links.sign(tenantId, pathOf(pass)));

/** Stores a message of an author that shows a file. */
async function say(authorId: Uuid, pass: FilePass): Promise<Uuid> {
  const database: Database = media.app.get(Database as never, { strict: false });
  const channelId = await makeChannel(database, tenantId, {});
  const metadata: JsonObject = { attachments: [{ url: pathOf(pass), contentType: 'image' }] };
  const answer = await new MessagePath(database, 1).accept(tenantId, { ...someMessage(channelId), authorId, metadata });
  if (answer.outcome !== 'accepted') throw new Error(answer.outcome);
  return answer.id;
}

test('a file that an agent made is seen when its reply is committed, and not before', async () => {
  const pass = passFor();
  const { status, body } = await handIn(pass);
  expect([status, body]).toEqual([
    201,
    { ownerKind: 'generated', ownerId: agentId, file: pass.file, kind: 'image', type: 'image/png', size: DOT.length },
  ]);
  expect((await linked(pass)).status).toBe(404);
  const message = await say(agentId, pass);
  const shown = await linked(pass);
  expect([shown.status, shown.headers.get('content-type'), shown.bytes]).toEqual([200, 'image/png', DOT]);
  const uses = await media.db.asSuperuser('select message_id from media_uses where message_id = $1', [message]);
  expect(uses).toHaveLength(1);
});

test('somebody else’s message does not show it', async () => {
  const pass = passFor();
  await handIn(pass);
  await say(newId(), pass);
  expect((await linked(pass)).status).toBe(404);
});

test('one that no reply shows is swept', async () => {
  const pass = passFor();
  await handIn(pass);
  const [row] = await media.db.asSuperuser<{ state: string; soon: boolean }>(
    `select state, expires_at < now() + interval '16 minutes' as soon from media where file = $1`,
    [pass.file],
  );
  expect(row).toEqual({ state: 'pending', soon: true });
});

test('what is handed in is looked at like any other file', async () => {
  const answers = [
    await handIn(passFor(), '<html><script>alert(1)</script></html>'),
    await handIn(passFor(), DOT.subarray(0, 20)),
    await handIn(passFor(), ''),
  ];
  expect(answers.map(({ body }) => body.error.code)).toEqual([
    ...['UNSUPPORTED_MEDIA_TYPE', 'FILE_REFUSED', 'INVALID_REQUEST'],
  ]);
});

test('without a pass nobody hands anything in', async () => {
  const foreign = new FilePasses(Buffer.alloc(32, 7).toString('base64')).issue(passFor());
  const old = new FilePasses(setting('TEST_ENCRYPTION_KEY')).issue(passFor(), Date.now() - 120_000);
  for (const pass of [foreign, old, '', 'x.y']) {
    const { status, body } = await send(pass, DOT);
    expect([status, body.error.code]).toEqual([401, 'UNAUTHORIZED']);
  }
  const outside = await handIn(passFor({ file: '../../x.png' }));
  expect(outside.status).toBe(401);
});

test('a name is good for one file', async () => {
  const pass = passFor();
  expect((await handIn(pass)).status).toBe(201);
  expect((await handIn(pass)).status).toBeGreaterThanOrEqual(400);
});
