import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { RightsGuard } from './authorization/rights.guard.js';
import { IdentityGuard } from './identity.guard.js';
import { IdentityService } from './identity.service.js';
import { KeyVerifier } from './keys/key-verifier.js';

/** Who is calling, and whether he may. Its guards stand before every route and socket event, in this order. */
@Global()
@Module({
  providers: [
    IdentityService,
    KeyVerifier,
    { provide: APP_GUARD, useClass: IdentityGuard },
    { provide: APP_GUARD, useClass: RightsGuard },
  ],
  exports: [IdentityService],
})
export class IdentityModule {}
