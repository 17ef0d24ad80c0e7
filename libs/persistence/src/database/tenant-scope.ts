import type { Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { ArchiveRepository } from '../archive/archive.repository.js';
import { AuditRepository } from '../audit/audit.repository.js';
import { AgentLogsRepository } from '../repositories/agent-logs.repository.js';
import { AgentSecretsRepository } from '../repositories/agent-secrets.repository.js';
import { AgentsRepository } from '../repositories/agents.repository.js';
import { ApiKeysRepository } from '../repositories/api-keys.repository.js';
import { ArrivalsRepository } from '../repositories/arrivals.repository.js';
import { ArrivingMessagesRepository } from '../repositories/arriving-messages.repository.js';
import { ChannelsRepository } from '../repositories/channels.repository.js';
import { DerivationsRepository } from '../repositories/derivations.repository.js';
import { MediaRepository } from '../repositories/media.repository.js';
import { MessageSearchRepository } from '../repositories/message-search.repository.js';
import { JobsRepository } from '../repositories/jobs.repository.js';
import { MessageServersRepository } from '../repositories/message-servers.repository.js';
import { MessagesRepository } from '../repositories/messages.repository.js';
import { ParticipantsRepository } from '../repositories/participants.repository.js';
import { SessionsRepository } from '../repositories/sessions.repository.js';
import { MemoriesRepository } from '../repositories/memories.repository.js';
import { QueueRepository } from '../repositories/queue.repository.js';
import { PeopleRepository } from '../repositories/people.repository.js';
import { RecollectionsRepository } from '../repositories/recollections.repository.js';
import { RoomsRepository } from '../repositories/rooms.repository.js';
import { RunsRepository } from '../repositories/runs.repository.js';
import { TenantRepository } from '../repositories/tenant.repository.js';
import { TenantSettingsRepository } from '../repositories/tenant-settings.repository.js';
import { TokenIssuersRepository } from '../repositories/token-issuers.repository.js';
import { TurnLivesRepository } from '../repositories/turn-lives.repository.js';
import { TurnsRepository } from '../repositories/turns.repository.js';
import { UploadsRepository } from '../repositories/uploads.repository.js';
import { UserErasuresRepository } from '../repositories/user-erasures.repository.js';
import { WorldsRepository } from '../repositories/worlds.repository.js';
import { UsageRepository } from '../usage/usage.repository.js';

/** One tenant's data within one transaction. */
export class TenantScope {
  readonly agents: AgentsRepository;
  readonly agentLogs: AgentLogsRepository;
  readonly agentSecrets: AgentSecretsRepository;
  readonly archive: ArchiveRepository;
  readonly audit: AuditRepository;
  readonly apiKeys: ApiKeysRepository;
  readonly arrivals: ArrivalsRepository;
  readonly arrivingMessages: ArrivingMessagesRepository;
  readonly channels: ChannelsRepository;
  readonly derivations: DerivationsRepository;
  readonly jobs: JobsRepository;
  readonly media: MediaRepository;
  readonly memories: MemoriesRepository;
  readonly messages: MessagesRepository;
  readonly messageSearch: MessageSearchRepository;
  readonly messageServers: MessageServersRepository;
  readonly participants: ParticipantsRepository;
  readonly people: PeopleRepository;
  readonly sessions: SessionsRepository;
  readonly queue: QueueRepository;
  readonly recollections: RecollectionsRepository;
  readonly rooms: RoomsRepository;
  readonly runs: RunsRepository;
  readonly settings: TenantSettingsRepository;
  readonly tenant: TenantRepository;
  readonly tokenIssuers: TokenIssuersRepository;
  readonly turnLives: TurnLivesRepository;
  readonly turns: TurnsRepository;
  readonly uploads: UploadsRepository;
  readonly usage: UsageRepository;
  readonly userErasures: UserErasuresRepository;
  readonly worlds: WorldsRepository;
  private readonly afterwards: (() => Promise<void> | void)[] = [];

  constructor(
    readonly tenantId: Uuid,
    manager: EntityManager,
  ) {
    this.agents = new AgentsRepository(tenantId, manager);
    this.agentLogs = new AgentLogsRepository(tenantId, manager);
    this.agentSecrets = new AgentSecretsRepository(tenantId, manager);
    this.apiKeys = new ApiKeysRepository(tenantId, manager);
    this.arrivals = new ArrivalsRepository(tenantId, manager);
    this.arrivingMessages = new ArrivingMessagesRepository(tenantId, manager);
    this.archive = new ArchiveRepository(tenantId, manager);
    this.audit = new AuditRepository(tenantId, manager);
    this.channels = new ChannelsRepository(tenantId, manager);
    this.derivations = new DerivationsRepository(tenantId, manager);
    this.jobs = new JobsRepository(tenantId, manager);
    this.media = new MediaRepository(tenantId, manager);
    this.memories = new MemoriesRepository(tenantId, manager);
    this.messages = new MessagesRepository(tenantId, manager);
    this.messageSearch = new MessageSearchRepository(tenantId, manager);
    this.messageServers = new MessageServersRepository(tenantId, manager);
    this.participants = new ParticipantsRepository(tenantId, manager);
    this.people = new PeopleRepository(tenantId, manager);
    this.sessions = new SessionsRepository(tenantId, manager);
    this.queue = new QueueRepository(tenantId, manager);
    this.recollections = new RecollectionsRepository(tenantId, manager);
    this.rooms = new RoomsRepository(tenantId, manager);
    this.runs = new RunsRepository(tenantId, manager);
    this.settings = new TenantSettingsRepository(tenantId, manager);
    this.tenant = new TenantRepository(tenantId, manager);
    this.tokenIssuers = new TokenIssuersRepository(tenantId, manager);
    this.turnLives = new TurnLivesRepository(tenantId, manager);
    this.turns = new TurnsRepository(tenantId, manager);
    this.uploads = new UploadsRepository(tenantId, manager);
    this.userErasures = new UserErasuresRepository(tenantId, manager);
    this.usage = new UsageRepository(tenantId, manager);
    this.worlds = new WorldsRepository(tenantId, manager);
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
