import { createHash } from 'node:crypto';
import { mediaObjectPath, newId, type Uuid } from '@app/contracts';
import { MessagePath, MediaPath } from '@app/persistence';
import { makeAgent, makeChannel, someMessage, until } from '@app/testing';
import { ObjectStorage } from '@app/storage';
import { DirectUploader } from '../direct-uploader.js';
import type { TestMedia } from '../test-media.js';
import { PART, type Ids } from './ids.js';

/** What stands in every file and text of a household, and in no answer to anybody else. */
export const CANARY = 'canary7d1';

/**
 * Something of everything a tenant can have here, of one of its users.
 *
 * @param tokenOf proves who a user is
 */
export async function makeHousehold(
  media: TestMedia,
  tenantId: Uuid,
  tokenOf: (entity: Uuid) => Promise<string>,
): Promise<Ids> {
  const { database } = media.db;
  const entity = newId();
  const agent = await makeAgent(database, tenantId, 'Bee');
  const channel = await makeChannel(database, tenantId, { participants: [entity, agent] });
  const message = someMessage(channel, { content: `${CANARY} hello`, authorId: entity });
  await new MessagePath(database, 8).accept(tenantId, message);
  const headers = { authorization: `Bearer ${await tokenOf(entity)}` };
  const file = { bytes: `${CANARY} in a file`, name: `${CANARY}.txt`, type: 'text/plain' };
  const ofAgent = await media.upload(`/api/media/agents/${agent}/upload-media`, file, headers);
  const ofChannel = await media.upload(`/api/media/channels/${channel}/upload-media`, file, headers);
  const { filename: agentFile, url } = ofAgent.body.data as { filename: string; url: string };
  const { filename: channelFile } = ofChannel.body.data as { filename: string };
  const generatedFile = await generate(media, tenantId, agent);
  await derived(media, tenantId);
  const files = { agentFile, channelFile, generatedFile };
  const signature = new URL(url, media.url).searchParams.get('sig')!;
  const upload = await begin(new DirectUploader(media, headers), channel);
  return { tenant: tenantId, agent, channel, message: message.id, entity, ...files, upload, part: PART, signature };
}

/** An upload that lacks nothing but its completion. */
async function begin(uploader: DirectUploader, channelId: Uuid): Promise<Uuid> {
  const bytes = Buffer.from(`${CANARY} in a part`);
  const about = { name: `${CANARY}.txt`, type: 'text/plain', size: bytes.length };
  const { id } = await uploader.begun({ ...about, channelId, way: 'parts' });
  await uploader.put(id, PART, bytes);
  return id;
}

/** A file of an agent's own. */
async function generate(media: TestMedia, tenantId: Uuid, agent: Uuid): Promise<string> {
  const place = { ownerKind: 'generated', ownerId: agent, file: `${newId()}.txt` } as const;
  const body = Buffer.from(`${CANARY} made by an agent`);
  const path = new MediaPath(media.db.database);
  const id = newId();
  const about = { originalName: `${CANARY}.txt`, type: 'text/plain', size: body.length };
  await path.reserve(tenantId, { id, ...place, ...about }, 60_000);
  await media.app
    .get(ObjectStorage, { strict: false })
    .put({ tenantId, path: mediaObjectPath(place) }, { body, contentType: about.type });
  await path.publish(tenantId, id, { size: body.length, checksum: createHash('sha256').update(body).digest('hex') });
  return place.file;
}

/** Waits until something was made of every file, so that nothing changes by itself from now on. */
export async function derived(media: TestMedia, tenantId: Uuid): Promise<void> {
  await until('something was made of every file', async () => {
    const left = await media.db.asSuperuser(
      `select 1 from media_derivations where tenant_id = $1 and state in ('waiting', 'running')`,
      [tenantId],
    );
    return left.length === 0;
  });
}
