import type { Response } from 'express';
import { toldTo } from './signed-links.js';

/** An answer of server-sent events (text/event-stream). */
export class EventStream {
  private readonly gone = new AbortController();
  private heartbeat?: NodeJS.Timeout;

  constructor(
    private readonly response: Response,
    private readonly heartbeatMs: number,
  ) {
    response.on('close', () => this.stop());
  }

  /** Aborted when the listener went away, or the stream has ended. */
  get signal(): AbortSignal {
    return this.gone.signal;
  }

  /** Sends the head; from here on errors can only be told as events. */
  open(): void {
    this.response.status(200).set({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
    });
    this.response.flushHeaders();
    // Comments keep proxies from taking a thinking agent for a dead connection.
    this.heartbeat = setInterval(() => this.write(': heartbeat\n\n'), this.heartbeatMs);
  }

  send(event: string, data: unknown): void {
    this.write(`event: ${event}\ndata: ${JSON.stringify(toldTo(this.response, data))}\n\n`);
  }

  end(): void {
    this.stop();
    this.response.end();
  }

  private write(text: string): void {
    if (!this.gone.signal.aborted) this.response.write(text);
  }

  private stop(): void {
    clearInterval(this.heartbeat);
    this.gone.abort();
  }
}
