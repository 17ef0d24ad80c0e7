import type { Uuid } from '@app/contracts';
import type { Database, HeldUserErasure, TenantScope, UserErasureDispatch } from '@app/persistence';
import { counter, type Logger } from '@app/platform';
import type { TenantTraces } from '@app/transport';
import { inPortions } from '../chores/purge.js';

const usersErased = counter('eliza_users_erased_total', 'End users of whom nothing is left');

/** So many rows go in one transaction, and so many messages are looked at. */
const PORTION = 500;

/** How long an erasure is held without being kept, in milliseconds: the longest it waits when a worker dies. */
const HOLD_MS = 20_000;

/** Whom an eraser of users works with. */
export interface UserEraserParts {
  database: Database;
  dispatch: UserErasureDispatch;
  traces: Pick<TenantTraces, 'remove'>;
  logger: Logger;
}

/** Somebody whose erasure has gone to another worker. */
class Lost extends Error {}

/** Erases end users. Every step may be done again: who takes an erasure over begins with the first. */
export class UserEraser {
  constructor(private readonly parts: UserEraserParts) {}

  /** Goes on with whatever erasures are due. */
  async work(signal: AbortSignal): Promise<void> {
    for (const { tenantId, id } of await this.parts.dispatch.due()) {
      if (signal.aborted) return;
      const held = await this.parts.database.inTenant(tenantId, (scope) => scope.userErasures.claim(id, HOLD_MS));
      if (held) await this.erase(tenantId, held, signal);
    }
  }

  private async erase(tenantId: Uuid, held: HeldUserErasure, signal: AbortSignal): Promise<void> {
    const { traces, logger } = this.parts;
    try {
      await this.leaveChannels(tenantId, held);
      await this.eraseMessages(tenantId, held, signal);
      await this.forget(tenantId, held, signal);
      await traces.remove(tenantId, held.entityId);
      if (signal.aborted) return;
      await this.keep(tenantId, held, 'done');
      usersErased.add({});
      logger.info({ erasureId: held.id }, 'An end user is erased');
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
    }
  }

  /** What they shared with agents alone goes whole; what they shared with others they leave. */
  private async leaveChannels(tenantId: Uuid, held: HeldUserErasure): Promise<void> {
    const { database } = this.parts;
    const { entityId } = held;
    for (;;) {
      const channels = await database.inTenant(tenantId, (scope) => scope.people.channels(entityId, 20));
      if (channels.length === 0) return;
      for (const { id, isAlone, agents } of channels) {
        let messages = 0;
        if (isAlone) {
          messages = await inPortions(new AbortController().signal, PORTION, (portion) =>
            this.kept(tenantId, held, (scope) => scope.people.emptyChannel(id, portion)),
          );
          await database.inTenant(tenantId, async (scope) => {
            await scope.people.forgetRooms(id, agents);
            await scope.channels.delete(id);
          });
        } else {
          await database.inTenant(tenantId, async (scope) => {
            await scope.participants.remove(id, entityId);
            await scope.channels.update(id, {});
          });
        }
        await this.keep(tenantId, held, { messages, channels: isAlone ? 1 : 0 });
      }
    }
  }

  private async eraseMessages(tenantId: Uuid, held: HeldUserErasure, signal: AbortSignal): Promise<void> {
    const { database } = this.parts;
    let after: Uuid | undefined;
    do {
      const page = await database.inTenant(tenantId, (scope) => scope.people.walk(held.entityId, after, PORTION));
      let messages = 0;
      for (const one of page.found) {
        messages += await database.inTenant(tenantId, (scope) => scope.people.eraseMessage(one));
      }
      await this.keep(tenantId, held, { messages });
      after = page.next;
    } while (after !== undefined && !signal.aborted);
  }

  private async forget(tenantId: Uuid, held: HeldUserErasure, signal: AbortSignal): Promise<void> {
    for (const kind of ['sessions', 'jobs', 'memories', 'logs'] as const) {
      const rows = await inPortions(signal, PORTION, (portion) =>
        this.kept(tenantId, held, (scope) => scope.people.forget(kind, held.entityId, portion)),
      );
      await this.keep(tenantId, held, { [kind]: rows });
    }
    const files = await this.parts.database.inTenant(tenantId, (scope) => scope.people.giveUpFiles(held.entityId));
    await this.keep(tenantId, held, { files });
  }

  /** Does a portion of work, and holds on. */
  private async kept(
    tenantId: Uuid,
    held: HeldUserErasure,
    work: (scope: TenantScope) => Promise<number>,
  ): Promise<number> {
    const count = await this.parts.database.inTenant(tenantId, work);
    await this.keep(tenantId, held, {});
    return count;
  }

  /** @throws Lost when another worker holds the erasure */
  private async keep(tenantId: Uuid, held: HeldUserErasure, progress: Record<string, number> | 'done'): Promise<void> {
    const done = progress === 'done';
    const counted = Object.fromEntries(Object.entries(done ? {} : progress).filter(([, count]) => count > 0));
    const isHeld = await this.parts.database.inTenant(tenantId, (scope) =>
      scope.userErasures.keep(held, { erased: counted, holdMs: HOLD_MS, done }),
    );
    if (!isHeld) throw new Lost();
  }
}
