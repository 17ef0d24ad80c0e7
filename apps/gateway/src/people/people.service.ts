import { FleetError, type JsonObject, type Uuid } from '@app/contracts';
import { Database, EXPORTED, type UserErasure } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';

/** So many rows are read at a time. */
const PAGE = 500;

/** What a tenant may do with all it has of one end user. */
@Injectable()
export class PeopleService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Has an end user erased. Asked again it answers the erasure that is under way.
   *
   * @throws FleetError BAD_REQUEST for an agent
   */
  async erase(tenantId: Uuid, entityId: Uuid): Promise<UserErasure> {
    return this.database.inTenant(tenantId, async (scope) => {
      if (await scope.people.isAgent(entityId)) {
        throw new FleetError('BAD_REQUEST', 'This is an agent; delete it with DELETE /api/agents/:agentId');
      }
      return scope.userErasures.request(entityId);
    });
  }

  /** @throws FleetError NOT_FOUND */
  async erasure(tenantId: Uuid, id: Uuid): Promise<UserErasure> {
    const erasure = await this.database.inTenant(tenantId, (scope) => scope.userErasures.find(id));
    if (!erasure) throw new FleetError('NOT_FOUND', 'Erasure not found');
    return erasure;
  }

  /** The text of a JSON object with all there is of an end user, in pieces: nothing is held that was not read just now. */
  async *export(tenantId: Uuid, entityId: Uuid): AsyncGenerator<string> {
    yield `{"entityId":"${entityId}","exportedAt":"${new Date().toISOString()}"`;
    for (const kind of EXPORTED) {
      yield `,"${kind}":[`;
      let separator = '';
      let after: string | undefined;
      do {
        const page = await this.database.inTenant(tenantId, (scope) =>
          scope.people.export(kind, { entityId, after, page: PAGE }),
        );
        if (page.rows.length > 0) yield separator + page.rows.map((row: JsonObject) => JSON.stringify(row)).join(',');
        if (page.rows.length > 0) separator = ',';
        after = page.next;
      } while (after !== undefined);
      yield ']';
    }
    yield '}';
  }
}
