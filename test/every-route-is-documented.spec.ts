import { Cluster, expressRoutes } from '@app/testing';
import { isOfMedia } from '../apps/gateway/src/http/media-proxy.js';
import { TestGateway } from '../apps/gateway/test/support.js';
import { TestMedia } from '../apps/media-service/test/test-media.js';
import { ApiDocument } from './api/api-document.js';

/** The document's own routes. */
const OWN = /^GET \/api\/(docs(\/|$)|openapi\.json$)/;

/** What an orchestrator and workers ask the media-service itself. */
const OF_PROCESS = /^(GET \/(healthz|readyz)|POST \/internal\/generated)$/;

/** Only says that there is nothing else. */
const CATCHES_ALL = /\*/;

describe('the document of the built gateway', () => {
  let cluster: Cluster;
  let gateway: TestGateway;
  let media: TestMedia;
  let api: ApiDocument;

  beforeAll(async () => {
    cluster = await Cluster.start({
      gateways: 1,
      workers: 0,
      env: { NODE_ENV: 'production', OPEN_ACCESS: 'loopback' },
    });
    gateway = await TestGateway.start();
    media = await TestMedia.start();
    api = await ApiDocument.of(cluster.url(1));
  }, 60_000);

  afterAll(async () => {
    await media?.close();
    await gateway?.close();
    await cluster?.close();
  });

  it('names every route that Express knows, here and in the media-service, and no other', () => {
    const ofMedia = expressRoutes(media.app).filter((route) => !OF_PROCESS.test(route));
    expect(ofMedia.filter((route) => !isOfMedia(route.split(' ')[1]!))).toEqual([]);
    const routes = [...expressRoutes(gateway.application), ...ofMedia]
      .filter((route) => !OWN.test(route) && !CATCHES_ALL.test(route))
      .map((route) => route.replace(/:(\w+)/g, '{$1}'));
    const named = api.operations.filter(({ about }) => !about.deprecated).map(({ name }) => name);
    expect(named.sort()).toEqual(routes.sort());
    expect(named.length).toBeGreaterThan(80);
  });

  it('says of each what it is for, what it takes, and what it answers when all is well', () => {
    const incomplete = api.operations.filter((operation) => {
      const { about, path } = operation;
      const answers = Object.entries(api.answersOf(operation)).filter(([status]) => status < '400');
      const isSaid = answers.length > 0 && answers.every(([status, { content }]) => status === '204' || content);
      const parts = path.match(/(?<=\{)\w+/g) ?? [];
      const isTaken = parts.every((part) =>
        about.parameters.some((one: { in: string; name: string }) => one.in === 'path' && one.name === part),
      );
      return !(isSaid && isTaken && about.summary && about.tags.length === 1 && about.operationId);
    });
    expect(incomplete.map(({ name }) => name)).toEqual([]);
    expect(new Set(api.operations.map(({ about }) => about.operationId)).size).toBe(api.operations.length);
  });

  it('says of each which refusals may come, in the one shape that all have', () => {
    for (const operation of api.operations) {
      const refusals = Object.entries(api.answersOf(operation)).filter(
        ([status]) => status >= '400' && status !== '503',
      );
      expect(refusals.map(([status]) => status)).toEqual(expect.arrayContaining(['400', '429', '500']));
      for (const [, { content }] of refusals) {
        const { allOf, properties } = content['application/json'].schema;
        expect(allOf).toEqual([{ $ref: '#/components/schemas/Error' }]);
        expect(properties.error.properties.code.enum.length).toBeGreaterThan(0);
      }
      if (operation.about.security.length > 0) expect(refusals.map(([status]) => status)).toContain('401');
    }
  });

  it('knows the limits of what is sent', () => {
    const { schemas } = api.document.components;
    expect(schemas.CreateJobDto).toMatchObject({
      required: ['userId', 'content'],
      properties: {
        userId: { type: 'string', format: 'uuid' },
        content: { type: 'string', maxLength: 50_000 },
        timeoutMs: { type: 'integer', minimum: 1_000, maximum: 300_000 },
      },
    });
    expect(schemas.UpdateChannelDto.properties.participantCentralUserIds).toMatchObject({
      type: 'array',
      maxItems: 1_000,
      items: { type: 'string', format: 'uuid' },
      description: 'Takes the place of all participants.',
    });
    expect(schemas.SessionTimeoutDto.properties.timeoutMinutes).toMatchObject({ exclusiveMinimum: 0, minimum: 0 });
    const list = api.find('GET', '/api/messaging/channels/x/messages')!.about.parameters;
    expect(list).toEqual(
      expect.arrayContaining([
        { name: 'channelId', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
        expect.objectContaining({ name: 'before', in: 'query', required: false }),
        expect.objectContaining({ name: 'limit', schema: { type: 'integer', minimum: 1 } }),
      ]),
    );
  });

  it('lists old names as deprecated, with what they lead to', () => {
    const old = api.operations.filter(({ about }) => about.deprecated).map(({ name }) => name);
    expect(old).toEqual(
      expect.arrayContaining([
        'POST /api/messaging/central-channels',
        'GET /api/messaging/central-channels/{channelId}/details',
        'POST /api/messaging/servers',
        'DELETE /api/messaging/central-servers/{serverId}',
      ]),
    );
    expect(old).not.toContain('GET /api/messaging/servers');
    expect(api.find('GET', '/api/messaging/central-servers')!.about.deprecated).toBeUndefined();
  });

  it('is an OpenAPI 3.1 document whose references lead somewhere', () => {
    expect(api.document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Eliza Fleet', version: expect.any(String) },
    });
    const text = JSON.stringify(api.document);
    for (const [, where] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = where!.split('/').reduce((place, part) => place?.[part], api.document);
      expect([where, found !== undefined]).toEqual([where, true]);
    }
    expect(text).not.toMatch(/"nullable"|"format":"moment"|"undefined"/);
  });

  it('comes with a page whose parts are all served here, under the policy of production', async () => {
    const page = await fetch(`${cluster.url(1)}/api/docs`);
    const html = await page.text();
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => part!);
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) {
      const address = new URL(part, `${cluster.url(1)}/api/docs`);
      expect(address.origin).toBe(new URL(cluster.url(1)).origin);
      expect([part, (await fetch(address)).status]).toEqual([part, 200]);
    }
  });
});
