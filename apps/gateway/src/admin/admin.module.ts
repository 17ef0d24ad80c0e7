import { Database, PlanDirectory } from '@app/persistence';
import { Module } from '@nestjs/common';
import { AdminService } from './admin.service.js';
import { PlansController } from './plans.controller.js';
import { TenantCredentialsController } from './tenant-credentials.controller.js';
import { TenantsController } from './tenants.controller.js';

/** What those who run the installation may do. */
@Module({
  controllers: [PlansController, TenantsController, TenantCredentialsController],
  providers: [
    AdminService,
    { provide: PlanDirectory, inject: [Database], useFactory: (database: Database) => new PlanDirectory(database) },
  ],
})
export class AdminModule {}
