/**
 * ElizaOS's published client, as far as tests call it. Its own types name files without their endings, so that Node's
 * way of finding modules does not find them; and what comes over the wire is for the tests to look at, not for types.
 */
declare module '@elizaos/api-client' {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
  type Service = any;

  export class ElizaClient {
    static create(config: { baseUrl: string; apiKey?: string }): ElizaClient;
    readonly agents: Service;
    readonly messaging: Service;
    readonly memory: Service;
    readonly audio: Service;
    readonly media: Service;
    readonly server: Service;
    readonly system: Service;
    readonly sessions: Service;
    readonly runs: Service;
    readonly jobs: Service;
  }
}
