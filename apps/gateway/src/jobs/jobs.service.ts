import {
  DEFAULT_MESSAGE_SERVER_ID,
  FleetError,
  newId,
  type CreateJobDto,
  type JobsHealth,
  type ListJobsQuery,
  type Uuid,
} from '@app/contracts';
import { boundEntity, demandOwnEntity, type TenantContext } from '@app/identity';
import { Database, type Job, type TenantScope } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { MessagesService } from '../messaging/messages.service.js';
import { makePrivateChannel, runningAgent } from '../messaging/private-channel.js';
import { jobsHealth } from './job-views.js';

/** How long an answer may take when nobody says, in milliseconds. */
const USUAL_TIMEOUT_MS = 30_000;

/** How many jobs a list has when nobody says, and at most. */
const LIST = { usual: 50, most: 500 };

/**
 * Questions whose answers are fetched later. A job is a message in a channel of its own: how far it is follows from
 * its turn whenever somebody asks, so nobody waits for it anywhere.
 */
@Injectable()
export class JobsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(MessagesService) private readonly messages: MessagesService,
  ) {}

  /** @throws FleetError AGENT_NOT_FOUND, ENTITY_MISMATCH */
  async create(caller: TenantContext, given: CreateJobDto): Promise<Job> {
    const { userId, content, metadata = {}, timeoutMs = USUAL_TIMEOUT_MS } = given;
    demandOwnEntity(caller, userId);
    const id = newId();
    const channelId = await this.database.inTenant(caller.tenantId, async (tenant) => {
      const agentId = await agentFor(tenant, given.agentId);
      const about = { ...metadata, type: 'job', jobId: id, agentId, userId };
      const made = await makePrivateChannel(tenant, { name: `job-${id}`, agentId, userId, metadata: about });
      await tenant.jobs.insert({ id, channelId: made, agentId, userId, content, metadata, timeoutMs });
      return made;
    });
    await this.messages.accept(caller, {
      channelId,
      messageServerId: DEFAULT_MESSAGE_SERVER_ID,
      authorId: userId,
      text: content,
      source: 'job_request',
      metadata: { ...metadata, jobId: id },
    });
    return this.get(caller, id);
  }

  /** @throws FleetError JOB_NOT_FOUND */
  async get(caller: TenantContext, id: Uuid): Promise<Job> {
    const job = await this.database.inTenant(caller.tenantId, (tenant) => tenant.jobs.find(id, boundEntity(caller)));
    if (!job) throw new FleetError('JOB_NOT_FOUND', 'Job not found');
    return job;
  }

  /** The newest jobs, of the entity the caller says it is or of all; how many there are and how many fit. */
  async list(
    { tenantId, entityId: userId }: TenantContext,
    { limit = LIST.usual, status }: ListJobsQuery,
  ): Promise<{ jobs: Job[]; total: number; filtered: number }> {
    return this.database.inTenant(tenantId, async (tenant) => ({
      jobs: await tenant.jobs.list({ userId, status, limit: Math.min(limit, LIST.most) }),
      total: await tenant.jobs.count({ userId }),
      filtered: await tenant.jobs.count({ userId, status }),
    }));
  }

  /** How the jobs fare; to an end user, its own. */
  async health(caller: TenantContext): Promise<JobsHealth> {
    const groups = await this.database.inTenant(caller.tenantId, (tenant) => tenant.jobs.metrics(boundEntity(caller)));
    return jobsHealth(groups);
  }
}

/** The agent asked for, or the first that runs. */
async function agentFor(tenant: TenantScope, agentId: Uuid | undefined): Promise<Uuid> {
  if (agentId !== undefined) return (await runningAgent(tenant, agentId)).id;
  const [first] = await tenant.agents.list();
  if (!first?.enabled) throw new FleetError('AGENT_NOT_FOUND', 'No agent is running');
  return first.id;
}
