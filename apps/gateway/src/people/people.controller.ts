import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserErasureView, UserExport, type Uuid } from '@app/contracts';
import { callerOf, ForTenant } from '@app/identity';
import { Answers, AnswersByHand, Refuses } from '@app/platform';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Audit } from '../audit/audited.decorator.js';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { PeopleService } from './people.service.js';

const EntityId: ParameterDecorator = Param('entityId', new IdPipe('entity'));

/** All that a tenant has of one of its end users, for those who administer it. */
@Controller('api/users')
@ForTenant('admin')
export class PeopleController {
  constructor(@Inject(PeopleService) private readonly people: PeopleService) {}

  /** Erases an end user. How far that is tells the address in `Location`. */
  @Delete(':entityId')
  @HttpCode(202)
  @Answers(UserErasureView)
  @Refuses('BAD_REQUEST')
  @Audit('user.erase', 'entityId')
  async erase(
    @EntityId entityId: Uuid,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Answer<UserErasureView>> {
    const erasure = await this.people.erase(callerOf(request).tenantId, entityId);
    response.location(`/api/users/erasures/${erasure.id}`);
    return answer(erasure);
  }

  /** How far the erasure of an end user is. */
  @Get('erasures/:erasureId')
  @Answers(UserErasureView)
  @Refuses('NOT_FOUND')
  async erasure(
    @Param('erasureId', new IdPipe('erasure')) id: Uuid,
    @Req() request: Request,
  ): Promise<Answer<UserErasureView>> {
    return answer(await this.people.erasure(callerOf(request).tenantId, id));
  }

  /** All there is of an end user, as one JSON object that is sent as it is read. */
  @Post(':entityId/export')
  @HttpCode(200)
  @AnswersByHand(UserExport)
  @Audit('user.export', 'entityId')
  async export(@EntityId entityId: Uuid, @Req() request: Request, @Res() response: Response): Promise<void> {
    response.type('application/json');
    await pipeline(Readable.from(this.people.export(callerOf(request).tenantId, entityId)), response);
  }
}
