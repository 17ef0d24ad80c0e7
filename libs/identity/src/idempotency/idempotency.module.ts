import { Database, RepeatedRequests } from '@app/persistence';
import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';

/** Requests that are sent again. Imported before whatever else stands around routes, which repetitions do not reach. */
@Module({
  providers: [
    {
      provide: RepeatedRequests,
      inject: [Database],
      useFactory: (database: Database) => new RepeatedRequests(database),
    },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
  ],
})
export class IdempotencyModule {}
