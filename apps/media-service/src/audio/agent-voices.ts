import { FleetError, type Uuid } from '@app/contracts';
import { boundEntity, type TenantContext } from '@app/identity';
import { Database, type SealedSecret } from '@app/persistence';
import { agentSecretOwner, SecretBox, tenantSettingOwner } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import { MediaEnv } from '../env.js';
import { SPEECH_SETTINGS, type SpeakingAgent } from '../speech/speech-settings.js';

/** Agents and messages, as far as they are needed to speak. */
@Injectable()
export class AgentVoices {
  private readonly box: SecretBox;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(MediaEnv) env: MediaEnv,
  ) {
    this.box = new SecretBox(env.ENCRYPTION_KEY);
  }

  /**
   * A running agent, with those of its secrets and of its tenant's settings that are about speech.
   *
   * @throws FleetError NOT_FOUND, also for an agent that is stopped, as ElizaOS does; CONFLICT for a secret that cannot
   * be opened
   */
  async get({ tenantId }: TenantContext, agentId: Uuid): Promise<SpeakingAgent> {
    const { agent, secrets, settings } = await this.database.inTenant(tenantId, async (tenant) => ({
      agent: await tenant.agents.find(agentId),
      secrets: await tenant.agentSecrets.sealed(agentId),
      settings: await tenant.settings.list(),
    }));
    if (!agent?.enabled) throw new FleetError('NOT_FOUND', 'Agent not found');
    return {
      character: agent.character,
      secrets: this.opened(secrets, (name) => agentSecretOwner(tenantId, agentId, name)),
      tenantSettings: this.opened(settings, (name) => tenantSettingOwner(tenantId, name)),
    };
  }

  /**
   * What a message says, for whoever may read it.
   *
   * @throws FleetError NOT_FOUND, also for a message of a channel that the caller does not take part in; INVALID_REQUEST
   * for one without words
   */
  async words(caller: TenantContext, messageId: Uuid): Promise<string> {
    const own = boundEntity(caller);
    return this.database.inTenant(caller.tenantId, async (tenant) => {
      const message = await tenant.messages.find(messageId);
      const isShown =
        message && (own === undefined || (await tenant.participants.list(message.channelId)).includes(own));
      if (!isShown) throw new FleetError('NOT_FOUND', 'Message not found');
      if (message.content.trim() === '') throw new FleetError('INVALID_REQUEST', 'The message has no words');
      return message.content;
    });
  }

  /** Those that are about speech. */
  private opened(sealed: SealedSecret[], ownerOf: (name: string) => string[]): Record<string, string> {
    const needed = sealed.filter(({ name }) => SPEECH_SETTINGS.includes(name));
    try {
      return Object.fromEntries(needed.map((secret) => [secret.name, this.box.open(secret, ownerOf(secret.name))]));
    } catch {
      throw new FleetError('CONFLICT', 'A secret was sealed with another encryption key; store it again');
    }
  }
}
