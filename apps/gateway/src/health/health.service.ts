import { DEFAULT_TENANT_ID, type Health, type Uuid } from '@app/contracts';
import { Database } from '@app/persistence';
import type { Logger } from '@app/platform';
import { HttpStatus, Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '../tokens.js';

/** The ElizaOS release whose clients are served. */
export const ELIZAOS_VERSION = '1.7.2';

/** Knows how the system does. */
@Injectable()
export class HealthService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** How many agents of a tenant are active. Where no caller is known, that is the installation's first. */
  async activeAgents(tenantId: Uuid = DEFAULT_TENANT_ID): Promise<number> {
    return this.database.inTenant(tenantId, (tenant) => tenant.agents.countEnabled());
  }

  /** DEGRADED without an active agent, and without Postgres. */
  async health(): Promise<Health> {
    const timestamp = new Date().toISOString();
    try {
      const agentCount = await this.activeAgents();
      const dependencies = { agents: agentCount > 0 ? 'healthy' : 'no_agents', database: 'healthy' } as const;
      const status = agentCount > 0 ? 'OK' : 'DEGRADED';
      return { status, version: ELIZAOS_VERSION, timestamp, dependencies, agentCount };
    } catch (error) {
      this.logger.warn({ err: error }, 'Postgres does not answer the health check');
      const dependencies = { agents: 'unknown', database: 'unavailable' } as const;
      return { status: 'DEGRADED', version: ELIZAOS_VERSION, timestamp, dependencies, agentCount: 0 };
    }
  }
}

/** The HTTP status under which health is told. */
export function healthStatus({ status }: Pick<Health, 'status'>): HttpStatus {
  return status === 'OK' ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE;
}
