import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { tap, type Observable } from 'rxjs';

/** Gives an answer that tells of errors beside what was done the status 207. */
@Injectable()
export class PartlyDone implements NestInterceptor<object> {
  intercept(context: ExecutionContext, next: CallHandler<object>): Observable<object> {
    return next.handle().pipe(
      tap((body) => {
        if ('errors' in body) context.switchToHttp().getResponse<Response>().status(207);
      }),
    );
  }
}
