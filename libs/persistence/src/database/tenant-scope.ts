import type { Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { AgentSecretsRepository } from '../repositories/agent-secrets.repository.js';
import { AgentsRepository } from '../repositories/agents.repository.js';
import { ChannelsRepository } from '../repositories/channels.repository.js';
import { MessageSearchRepository } from '../repositories/message-search.repository.js';
import { JobsRepository } from '../repositories/jobs.repository.js';
import { MessageServersRepository } from '../repositories/message-servers.repository.js';
import { MessagesRepository } from '../repositories/messages.repository.js';
import { ParticipantsRepository } from '../repositories/participants.repository.js';
import { SessionsRepository } from '../repositories/sessions.repository.js';
import { TurnsRepository } from '../repositories/turns.repository.js';

/** One tenant's data within one transaction. */
export class TenantScope {
  readonly agents: AgentsRepository;
  readonly agentSecrets: AgentSecretsRepository;
  readonly channels: ChannelsRepository;
  readonly jobs: JobsRepository;
  readonly messages: MessagesRepository;
  readonly messageSearch: MessageSearchRepository;
  readonly messageServers: MessageServersRepository;
  readonly participants: ParticipantsRepository;
  readonly sessions: SessionsRepository;
  readonly turns: TurnsRepository;
  private readonly afterwards: (() => Promise<void> | void)[] = [];

  constructor(
    readonly tenantId: Uuid,
    manager: EntityManager,
  ) {
    this.agents = new AgentsRepository(tenantId, manager);
    this.agentSecrets = new AgentSecretsRepository(tenantId, manager);
    this.channels = new ChannelsRepository(tenantId, manager);
    this.jobs = new JobsRepository(tenantId, manager);
    this.messages = new MessagesRepository(tenantId, manager);
    this.messageSearch = new MessageSearchRepository(tenantId, manager);
    this.messageServers = new MessageServersRepository(tenantId, manager);
    this.participants = new ParticipantsRepository(tenantId, manager);
    this.sessions = new SessionsRepository(tenantId, manager);
    this.turns = new TurnsRepository(tenantId, manager);
  }

  /** Keeps `action` until the transaction is committed: the only place from which a job or event may leave. */
  afterCommit(action: () => Promise<void> | void): void {
    this.afterwards.push(action);
  }

  /** Runs what waited for the commit, in order. */
  async committed(): Promise<void> {
    for (const action of this.afterwards) await action();
  }
}
