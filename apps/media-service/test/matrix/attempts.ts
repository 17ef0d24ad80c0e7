import { mediaPath } from '@app/contracts';
import { soundOf, type Attempt as AttemptWith } from '@app/testing';
import { formOf } from '../test-media.js';
import type { Ids } from './ids.js';

/** What is tried with ids of what the media-service serves. */
export type Attempt = AttemptWith<Ids>;

/** At a file: with what the attacker holds, with a link to a file of its own, and by what it may already have of it. */
const fetching: Attempt[] = [
  { kind: 'media' },
  { kind: 'media', query: (_, { signature }) => ({ sig: signature }) },
  { kind: 'media', query: () => ({ sig: '' }) },
  { kind: 'media', headers: { 'if-none-match': '*' } },
  { kind: 'media', headers: { range: 'bytes=0-3' } },
  { kind: 'media', headers: { range: 'bytes=999999-' } },
];

/** What is uploaded need not belong to anything yet: so it lies in the uploader's own tenant, whatever id it names. */
const uploading: Attempt[] = [
  { kind: 'write', body: () => formOf({ bytes: 'taken', name: 'taken.txt', type: 'text/plain' }), makes: true },
];
const hearing: Attempt[] = [
  { kind: 'write', body: () => formOf({ bytes: soundOf('taken', 'wav'), type: 'audio/wav' }) },
];
const filesOf = ({ agent, channel, agentFile, channelFile, generatedFile }: Ids): string[] => [
  mediaPath({ ownerKind: 'agent', ownerId: agent, file: agentFile }),
  mediaPath({ ownerKind: 'channel', ownerId: channel, file: channelFile }),
  mediaPath({ ownerKind: 'generated', ownerId: agent, file: generatedFile }),
];
const looking: Attempt[] = [0, 1, 2].flatMap((place): Attempt[] => [
  { kind: 'media', query: (ids) => ({ path: filesOf(ids)[place]! }) },
  { kind: 'media', query: (ids, { signature }) => ({ path: filesOf(ids)[place]!, sig: signature }) },
]);

/**
 * What is said to an agent goes on to a gateway, with the caller's own credentials: what becomes of foreign channels there
 * the gateway's matrix tells, and test/conversations-are-spoken.spec.ts.
 */
const conversing: Attempt[] = [
  { kind: 'write', body: ({ channel }) => ({ text: 'taken', channelId: channel }) },
  { kind: 'write', body: ({ channel, entity }) => ({ text: 'taken', channelId: channel, entityId: entity }) },
  ...hearing,
];

/** In parts, as a form is signed anew each time. */
const beginning: Attempt[] = [
  {
    kind: 'write',
    body: ({ channel }) => ({ name: 'taken.txt', type: 'text/plain', size: 5, way: 'parts', channelId: channel }),
    makes: true,
  },
];

/** Whatever can be tried, by the door it is tried at. A door that is missing here fails the suite. */
export const ATTEMPTS: Record<string, Attempt[]> = {
  'DELETE /api/media/uploads/:id': [{ kind: 'write' }],
  'GET /api/media/derived': looking,
  'GET /api/media/uploads/:id': [{ kind: 'read' }],
  'GET /healthz': [{ kind: 'read' }],
  'GET /media/generated/:agentId/:file': fetching,
  'GET /media/uploads/agents/:agentId/:file': fetching,
  'GET /media/uploads/channels/:channelId/:file': fetching,
  'GET /readyz': [{ kind: 'read' }],
  'POST /api/audio/:agentId/audio-messages': hearing,
  'POST /api/audio/:agentId/audio-messages/synthesize': [
    { kind: 'read', body: ({ message }) => ({ messageId: message }) },
    { kind: 'write', body: () => ({ text: 'taken' }) },
  ],
  'POST /api/audio/:agentId/speech': conversing,
  'POST /api/audio/:agentId/speech/conversation': conversing,
  'POST /api/audio/:agentId/speech/generate': [{ kind: 'write', body: () => ({ text: 'taken' }) }],
  'POST /api/audio/:agentId/transcriptions': hearing,
  'POST /api/media/agents/:agentId/upload-media': uploading,
  'POST /api/media/channels/:channelId/upload-media': uploading,
  'POST /api/media/uploads': beginning,
  'POST /api/media/uploads/:id/complete': [{ kind: 'write', body: () => ({}) }],
  'POST /api/media/uploads/:id/part-urls': [{ kind: 'media', body: () => ({ numbers: [1] }) }],
  'POST /api/messaging/channels/:channelId/upload-media': uploading,
  'PUT /api/media/uploads/:id/parts/:number': [{ kind: 'write' }],
  'POST /internal/generated': [{ kind: 'write', body: () => ({ text: 'taken' }) }],
};
