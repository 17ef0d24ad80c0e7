/** An event of a stream. */
export interface Happening {
  event: string;
  data: Record<string, unknown>;
}

/** A stream of server-sent events as a client reads it. */
export class EventReader {
  comments = 0;
  private readonly events: Happening[] = [];

  constructor(
    readonly response: Response,
    private readonly controller: AbortController,
  ) {}

  /** Reads until the server ends the stream. */
  async toEnd(): Promise<Happening[]> {
    const text = await this.response.text();
    for (const block of text.split('\n\n')) this.take(block);
    return this.events;
  }

  /** Goes away after the first bytes. */
  async leave(): Promise<void> {
    await this.response.body!.getReader().read();
    this.controller.abort();
  }

  private take(block: string): void {
    if (block.startsWith(':')) this.comments++;
    const event = /^event: (.*)$/m.exec(block)?.[1];
    const data = /^data: (.*)$/m.exec(block)?.[1];
    if (event !== undefined) this.events.push({ event, data: JSON.parse(data ?? '{}') as Happening['data'] });
  }
}

/** Posts a body and reads the stream that is answered. */
export async function listenTo(url: string, body: object): Promise<EventReader> {
  const controller = new AbortController();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: controller.signal,
  });
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    throw new Error(`No stream came: ${response.status} ${await response.text()}`);
  }
  return new EventReader(response, controller);
}
