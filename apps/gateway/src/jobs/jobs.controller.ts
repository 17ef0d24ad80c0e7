import { CreateJobDto, ListJobsQuery, type JsonObject, type Uuid } from '@app/contracts';
import { Caller, ForUsers, type TenantContext } from '@app/identity';
import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { IdPipe } from '../http/id.pipe.js';
import { jobCreated, jobView } from './job-views.js';
import { JobsService } from './jobs.service.js';

/** ElizaOS's routes of jobs. They answer without an envelope. */
@Controller('api/messaging/jobs')
export class JobsController {
  constructor(@Inject(JobsService) private readonly jobs: JobsService) {}

  @Get('health')
  @ForUsers('messages:read')
  async health(@Caller() caller: TenantContext): Promise<JsonObject> {
    return this.jobs.health(caller);
  }

  @Post()
  @ForUsers('messages:write')
  async create(@Caller() caller: TenantContext, @Body() body: CreateJobDto): Promise<JsonObject> {
    return jobCreated(await this.jobs.create(caller, body));
  }

  @Get()
  @ForUsers('messages:read')
  async list(@Caller() caller: TenantContext, @Query() query: ListJobsQuery): Promise<JsonObject> {
    const { jobs, total, filtered } = await this.jobs.list(caller, query);
    return { jobs: jobs.map(jobView), total, filtered };
  }

  @Get(':jobId')
  @ForUsers('messages:read')
  async get(
    @Caller() caller: TenantContext,
    @Param('jobId', new IdPipe('job', 'JOB_NOT_FOUND')) id: Uuid,
  ): Promise<JsonObject> {
    return jobView(await this.jobs.get(caller, id));
  }
}
