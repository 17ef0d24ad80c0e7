import { CreateJobDto, JobCreated, JobList, JobsHealth, JobView, ListJobsQuery, type Uuid } from '@app/contracts';
import { Caller, ForUsers, type TenantContext } from '@app/identity';
import { AnswersBare, Refuses } from '@app/platform';
import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { IdPipe } from '../http/id.pipe.js';
import { jobCreated, jobView } from './job-views.js';
import { JobsService } from './jobs.service.js';

/** ElizaOS's routes of jobs. They answer without an envelope. */
@Controller('api/messaging/jobs')
export class JobsController {
  constructor(@Inject(JobsService) private readonly jobs: JobsService) {}

  /** How the jobs fare. */
  @Get('health')
  @ForUsers('messages:read')
  @AnswersBare(JobsHealth)
  async health(@Caller() caller: TenantContext): Promise<JobsHealth> {
    return this.jobs.health(caller);
  }

  /** Asks an agent something whose answer is fetched later. */
  @Post()
  @ForUsers('messages:write')
  @AnswersBare(JobCreated)
  @Refuses('AGENT_NOT_FOUND', 'NOT_FOUND', 'QUOTA_EXCEEDED')
  async create(@Caller() caller: TenantContext, @Body() body: CreateJobDto): Promise<JobCreated> {
    return jobCreated(await this.jobs.create(caller, body));
  }

  /** Jobs, newest first. */
  @Get()
  @ForUsers('messages:read')
  @AnswersBare(JobList)
  async list(@Caller() caller: TenantContext, @Query() query: ListJobsQuery): Promise<JobList> {
    const { jobs, total, filtered } = await this.jobs.list(caller, query);
    return { jobs: jobs.map(jobView), total, filtered };
  }

  /** A job, with its answer once there is one. */
  @Get(':jobId')
  @ForUsers('messages:read')
  @AnswersBare(JobView)
  @Refuses('JOB_NOT_FOUND')
  async get(
    @Caller() caller: TenantContext,
    @Param('jobId', new IdPipe('job', 'JOB_NOT_FOUND')) id: Uuid,
  ): Promise<JobView> {
    return jobView(await this.jobs.get(caller, id));
  }
}
