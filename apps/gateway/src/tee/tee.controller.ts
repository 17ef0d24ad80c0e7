import { FleetError, TeeInfo, TeeKey, TeeKeyQuery, TeeQuote, TeeQuoteQuery } from '@app/contracts';
import { ForUsers } from '@app/identity';
import { Answers, Refuses } from '@app/platform';
import { All, CanActivate, Controller, Get, Inject, Injectable, Query, UseGuards } from '@nestjs/common';
import { answer, type Answer } from '../http/answer.js';
import { TeeService } from './tee.service.js';

/** Without a trusted environment every path here says so, whatever else is wrong with the request. */
@Injectable()
class TeeGuard implements CanActivate {
  constructor(@Inject(TeeService) private readonly tee: TeeService) {}

  canActivate(): boolean {
    this.tee.demand();
    return true;
  }
}

/** Attestation. ElizaOS has the path and nothing behind it. */
@UseGuards(TeeGuard)
@ForUsers()
@Controller('api/tee')
export class TeeController {
  constructor(@Inject(TeeService) private readonly tee: TeeService) {}

  /** A quote that vouches for this process and carries the caller's nonce. */
  @Get('quote')
  @Answers(TeeQuote)
  @Refuses('TEE_NOT_AVAILABLE')
  async quote(@Query() { nonce }: TeeQuoteQuery): Promise<Answer<TeeQuote>> {
    return answer(await this.tee.quote(nonce));
  }

  /** What runs in the trusted environment. */
  @Get('info')
  @Answers(TeeInfo)
  @Refuses('TEE_NOT_AVAILABLE')
  async info(): Promise<Answer<TeeInfo>> {
    return answer(await this.tee.info());
  }

  /** The public side of a key that only this app can derive. */
  @Get('key')
  @Answers(TeeKey)
  @Refuses('TEE_NOT_AVAILABLE')
  async key(@Query() { path = 'eliza' }: TeeKeyQuery): Promise<Answer<TeeKey>> {
    return answer(await this.tee.key(path));
  }

  @All('*path')
  other(): never {
    throw new FleetError('NOT_FOUND', 'API endpoint not found');
  }
}
