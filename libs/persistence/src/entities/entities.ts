import { AgentSecretEntity } from './agent-secret.entity.js';
import { AgentEntity } from './agent.entity.js';
import { ChannelEntity } from './channel.entity.js';
import { MessageServerEntity } from './message-server.entity.js';
import { MessageEntity } from './message.entity.js';
import { ParticipantEntity } from './participant.entity.js';
import { TenantSettingEntity } from './tenant-setting.entity.js';

/** Every entity the data source knows. */
export const ENTITIES = [
  AgentEntity,
  AgentSecretEntity,
  ChannelEntity,
  MessageEntity,
  MessageServerEntity,
  ParticipantEntity,
  TenantSettingEntity,
];
