import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';
import { TurnWaiter } from '../turns/turn-waiter.js';

/** How long requests may go on when the process stops, in milliseconds; well within the time a stop may take. */
const DRAIN_MS = 7_000;

/** How long those that were told to give up have for their answer, in milliseconds. */
const FAREWELL_MS = 500;

const LOOK_MS = 20;

/**
 * Lets requests that are under way be answered before the process ends. Nothing else is closed until then. Who waits
 * for an agent longer than that is told where its answer will be.
 */
@Injectable()
export class RequestDrain implements OnModuleDestroy {
  private underWay = 0;

  constructor(
    @Inject(HttpAdapterHost) private readonly adapter: HttpAdapterHost,
    @Inject(TurnWaiter) private readonly waiter: TurnWaiter,
  ) {}

  /** Express middleware: knows the request until it is answered or its caller has gone. */
  readonly note = (_request: Request, response: Response, next: NextFunction): void => {
    this.underWay++;
    response.once('close', () => this.underWay--);
    next();
  };

  async onModuleDestroy(): Promise<void> {
    // From here on others take what is new. Open sockets stay until everything is closed.
    (this.adapter.httpAdapter.getHttpServer() as Server).close();
    await this.answered(DRAIN_MS);
    this.waiter.giveUp();
    await this.answered(FAREWELL_MS);
  }

  private async answered(ms: number): Promise<void> {
    for (const end = performance.now() + ms; this.underWay > 0 && performance.now() < end;) await delay(LOOK_MS);
  }
}
