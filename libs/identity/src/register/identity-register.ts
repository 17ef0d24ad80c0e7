import { createHash } from 'node:crypto';
import { FleetError, type Uuid } from '@app/contracts';
import { Database, TenantDirectory } from '@app/persistence';
import { IdentityNews } from '@app/transport';
import { BeforeApplicationShutdown, Inject, Injectable, Logger, OnApplicationBootstrap } from '@nestjs/common';
import type { Identity } from '../identity.js';
import type { TenantContext } from '../tenant-context.js';
import { GenerationMap } from './generation-map.js';
import { ShortMemory } from './short-memory.js';

/** What was proven is believed for so long, in milliseconds, unless it is known to have changed. */
const BELIEVED_MS = 30_000;
const MOST_BELIEVED = 10_000;

/** How often all that is believed is compared with Postgres, in milliseconds, whether or not there was news. */
const COMPARE_MS = 2_000;

/** So many are held against the truth at a time. */
const AT_ONCE = 20;

/** Somebody who is here for longer than one request. */
interface Present extends PresenceListener {
  identity: Identity;
}

/** Told when something becomes of somebody who is here. */
export interface PresenceListener {
  /** The proof still holds, for something else than before. */
  changed(context: TenantContext): void;
  /** The proof does not hold any more. */
  ended(reason: FleetError): void;
}

/**
 * Whom this process believes, so that a request costs no look into Postgres and a connection is closed soon after
 * it lost its right. Each identity rests on generations of its tenant and key; all of them are compared with Postgres in
 * one query every two seconds, and at once when there is news.
 */
@Injectable()
export class IdentityRegister implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly directory: TenantDirectory;
  private readonly believed = new ShortMemory<Identity>(MOST_BELIEVED, BELIEVED_MS);
  private readonly present = new Set<Present>();
  private readonly logger = new Logger('IdentityRegister');
  private timer?: NodeJS.Timeout;
  private readonly told = new Set<Uuid>();
  private isDue = false;
  private isComparing = false;

  constructor(
    @Inject(Database) database: Database,
    @Inject(IdentityNews) private readonly news: IdentityNews,
  ) {
    this.directory = new TenantDirectory(database);
  }

  onApplicationBootstrap(): void {
    this.news.hear((tenantId) => {
      if (tenantId === undefined) this.isDue = true;
      else this.told.add(tenantId);
      void this.catchUp();
    });
    this.timer = setInterval(() => {
      this.isDue = true;
      void this.catchUp();
    }, COMPARE_MS);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Who showed this proof a moment ago, else whom `prove` finds it stands for. The proof itself is not kept. */
  async recall(proof: string, prove: () => Promise<Identity>): Promise<Identity> {
    const key = createHash('sha256').update(proof).digest('base64');
    const identity = await this.believed.recall(key, prove);
    if (!isOver(identity)) return identity;
    this.believed.forget(key);
    return prove();
  }

  /** Watches over somebody who stays. Answers how to end it. */
  watch(identity: Identity, listener: PresenceListener): () => void {
    const present: Present = { identity, changed: (to) => listener.changed(to), ended: (why) => listener.ended(why) };
    this.present.add(present);
    return () => void this.present.delete(present);
  }

  /** What changes while a comparison is under way is compared after it. */
  private async catchUp(): Promise<void> {
    if (this.isComparing) return;
    this.isComparing = true;
    while (this.isDue || this.told.size > 0) {
      const tenants = this.isDue ? undefined : new Set(this.told);
      this.isDue = false;
      this.told.clear();
      await this.compare(tenants).catch((error: Error) =>
        this.logger.warn(`Who is believed could not be compared: ${error.message}`),
      );
    }
    this.isComparing = false;
  }

  private async compare(tenants?: Set<Uuid>): Promise<void> {
    this.endThoseOver();
    const isMeant = ({ context }: Identity): boolean => tenants?.has(context.tenantId) ?? true;
    const believed = [...this.believed.entries()].filter(([, identity]) => isMeant(identity));
    const present = [...this.present].filter(({ identity }) => isMeant(identity));
    const all = [...believed.map(([, identity]) => identity), ...present.map(({ identity }) => identity)];
    const now = await GenerationMap.of(all, this.directory);
    for (const [key, identity] of believed) if (!now.confirms(identity)) this.believed.forget(key);
    await this.holdAgainstTruth(present.filter(({ identity }) => !now.confirms(identity)));
  }

  private endThoseOver(): void {
    for (const present of [...this.present]) {
      if (isOver(present.identity)) this.end(present, new FleetError('UNAUTHORIZED', 'The credentials have expired'));
    }
  }

  /** Connections of one key share an identity: it is proven once for all of them. */
  private async holdAgainstTruth(doubtful: Present[]): Promise<void> {
    const identities = [...new Set(doubtful.map(({ identity }) => identity))];
    while (identities.length > 0) {
      await Promise.all(
        identities.splice(0, AT_ONCE).map(async (identity) => {
          const those = doubtful.filter((present) => present.identity === identity);
          await this.proveAgain(identity, those);
        }),
      );
    }
  }

  private async proveAgain(identity: Identity, those: Present[]): Promise<void> {
    try {
      const proven = await identity.again();
      for (const present of those) {
        present.identity = proven;
        present.changed(proven.context);
      }
    } catch (error) {
      // The world's fault says nothing about the caller: the next comparison finds him again.
      if (!(error instanceof FleetError) || error.code === 'UNAVAILABLE') throw error;
      for (const present of those) this.end(present, error);
    }
  }

  private end(present: Present, reason: FleetError): void {
    this.present.delete(present);
    present.ended(reason);
  }
}

function isOver({ context: { expiresAt } }: Identity): boolean {
  return expiresAt !== undefined && expiresAt <= Date.now();
}
