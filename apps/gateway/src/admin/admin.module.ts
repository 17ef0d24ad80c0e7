import { AuditSearch, Database, DeadTurns, PlanDirectory, QueueDirectory, UsageDirectory } from '@app/persistence';
import { QueueGauge, RedisConnections } from '@app/transport';
import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { AnnouncerModule } from '../realtime/announcer.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { AdminService } from './admin.service.js';
import { AuditSearchController } from './audit-search.controller.js';
import { PlansController } from './plans.controller.js';
import { QueueController } from './queue.controller.js';
import { QueueService } from './queue.service.js';
import { TenantCredentialsController } from './tenant-credentials.controller.js';
import { TenantErasureService } from './tenant-erasure.service.js';
import { TenantErasuresController } from './tenant-erasures.controller.js';
import { TenantTurnsController } from './tenant-turns.controller.js';
import { TenantsController } from './tenants.controller.js';
import { TenantsUsageController } from './tenants-usage.controller.js';

/** What is asked of all tenants at once, and done in any of them. */
const directories = [PlanDirectory, UsageDirectory, AuditSearch, QueueDirectory, DeadTurns].map((directory) => ({
  provide: directory,
  inject: [Database],
  useFactory: (database: Database) => new directory(database),
}));

/** What those who run the installation may do. */
@Module({
  imports: [AnnouncerModule, UsageModule],
  controllers: [
    PlansController,
    TenantsController,
    TenantCredentialsController,
    TenantsUsageController,
    TenantTurnsController,
    AuditSearchController,
    QueueController,
    TenantErasuresController,
  ],
  providers: [
    AdminService,
    QueueService,
    TenantErasureService,
    {
      provide: QueueGauge,
      inject: [RedisConnections],
      useFactory: (redis: RedisConnections) => new QueueGauge(redis),
    },
    ...directories,
  ],
})
export class AdminModule implements OnApplicationShutdown {
  constructor(@Inject(QueueGauge) private readonly gauge: QueueGauge) {}

  async onApplicationShutdown(): Promise<void> {
    await this.gauge.close().catch(() => undefined);
  }
}
