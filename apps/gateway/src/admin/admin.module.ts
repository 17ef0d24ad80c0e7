import { AuditSearch, Database, PlanDirectory, UsageDirectory } from '@app/persistence';
import { Module } from '@nestjs/common';
import { UsageModule } from '../usage/usage.module.js';
import { AdminService } from './admin.service.js';
import { AuditSearchController } from './audit-search.controller.js';
import { PlansController } from './plans.controller.js';
import { TenantCredentialsController } from './tenant-credentials.controller.js';
import { TenantErasureService } from './tenant-erasure.service.js';
import { TenantErasuresController } from './tenant-erasures.controller.js';
import { TenantsController } from './tenants.controller.js';
import { TenantsUsageController } from './tenants-usage.controller.js';

/** What is asked of all tenants at once. */
const directories = [PlanDirectory, UsageDirectory, AuditSearch].map((directory) => ({
  provide: directory,
  inject: [Database],
  useFactory: (database: Database) => new directory(database),
}));

/** What those who run the installation may do. */
@Module({
  imports: [UsageModule],
  controllers: [
    PlansController,
    TenantsController,
    TenantCredentialsController,
    TenantsUsageController,
    AuditSearchController,
    TenantErasuresController,
  ],
  providers: [AdminService, TenantErasureService, ...directories],
})
export class AdminModule {}
