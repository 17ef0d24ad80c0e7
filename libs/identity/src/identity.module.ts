import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { IdentityGuard } from './identity.guard.js';
import { IdentityService } from './identity.service.js';

/** Who is calling. Its guard stands before every route. */
@Global()
@Module({
  providers: [IdentityService, { provide: APP_GUARD, useClass: IdentityGuard }],
  exports: [IdentityService],
})
export class IdentityModule {}
