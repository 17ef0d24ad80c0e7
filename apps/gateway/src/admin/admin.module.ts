import { Module } from '@nestjs/common';
import { AdminService } from './admin.service.js';
import { TenantCredentialsController } from './tenant-credentials.controller.js';
import { TenantsController } from './tenants.controller.js';

/** What those who run the installation may do. */
@Module({ controllers: [TenantsController, TenantCredentialsController], providers: [AdminService] })
export class AdminModule {}
