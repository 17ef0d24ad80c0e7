import { guardedFetch } from '@app/platform';
import { IdentityNews, RedisConnections } from '@app/transport';
import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { RightsGuard } from './authorization/rights.guard.js';
import { IdentityEnv } from './identity-env.js';
import { IdentityGuard } from './identity.guard.js';
import { IdentityService } from './identity.service.js';
import { KeyVerifier } from './keys/key-verifier.js';
import { Operators } from './operators/operators.js';
import { Prover } from './prover.js';
import { Recognition } from './recognition.js';
import { IdentityRegister } from './register/identity-register.js';
import { KeyUse } from './register/key-use.js';
import { RefusalMemory } from './register/refusal-memory.js';
import { TenantNames } from './tenants/tenant-names.js';
import { TenantStanding } from './tenants/tenant-standing.js';
import { KEY_SET_FETCH, KeySets } from './tokens/key-sets.js';
import { TokenVerifier } from './tokens/token-verifier.js';

/** In bytes. */
const LARGEST_KEY_SET = 256 * 1024;

/** Who is calling, and whether he may. Its guards stand before every route and socket event, in this order. */
@Global()
@Module({
  providers: [
    IdentityService,
    IdentityRegister,
    KeySets,
    KeyUse,
    KeyVerifier,
    RefusalMemory,
    Operators,
    Prover,
    Recognition,
    TenantNames,
    TenantStanding,
    TokenVerifier,
    {
      provide: IdentityNews,
      inject: [RedisConnections],
      useFactory: (redis: RedisConnections) => new IdentityNews(redis),
    },
    {
      provide: KEY_SET_FETCH,
      inject: [IdentityEnv],
      useFactory: (env: IdentityEnv) => guardedFetch({ allow: env.OUTBOUND_ALLOW, maxBytes: LARGEST_KEY_SET }),
    },
    { provide: APP_GUARD, useClass: IdentityGuard },
    { provide: APP_GUARD, useClass: RightsGuard },
  ],
  exports: [IdentityNews, IdentityService, Operators],
})
export class IdentityModule {}
