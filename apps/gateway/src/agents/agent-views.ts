import { MASKED_SECRET, type AgentSummary, type AgentView, type Character, type JsonObject } from '@app/contracts';
import type { AgentEntity } from '@app/persistence';

export function agentSummary({ id, name, character, enabled }: AgentEntity): AgentSummary {
  const bio = Array.isArray(character.bio) ? character.bio[0] : character.bio;
  return { id, name, characterName: name, bio: bio ?? '', status: statusOf(enabled) };
}

/** An agent as ElizaOS shows it: its row with its character's fields. Of secrets only their names. */
export function agentView(agent: AgentEntity, secrets: string[]): AgentView {
  return {
    id: agent.id,
    enabled: agent.enabled,
    server_id: null,
    createdAt: agent.createdAt.getTime(),
    updatedAt: agent.updatedAt.getTime(),
    name: agent.name,
    username: '',
    bio: [],
    messageExamples: [],
    postExamples: [],
    topics: [],
    adjectives: [],
    knowledge: [],
    plugins: [],
    style: {},
    ...characterView(agent.character, secrets),
    status: statusOf(agent.enabled),
  };
}

/** Of a character, what is for everybody's eyes. Of its settings that is its picture. */
const SHOWN = ['username', 'bio', 'topics', 'adjectives'];

/** An agent as its users see it: whom they talk to, not how it is made. Shaped as for those who manage it. */
export function publicAgentView(agent: AgentEntity): AgentView {
  const { name, settings } = agent.character;
  const shown = Object.fromEntries(Object.entries(agent.character).filter(([field]) => SHOWN.includes(field)));
  const avatar = settings?.['avatar'];
  const picture: JsonObject = typeof avatar === 'string' ? { avatar } : {};
  return agentView({ ...agent, character: { name, ...shown, settings: picture } }, []);
}

/** A character with the names of its agent's secrets. */
export function characterView(character: Character, secrets: string[]): JsonObject & { settings: JsonObject } {
  const settings: JsonObject = { ...character.settings };
  if (secrets.length > 0) settings['secrets'] = Object.fromEntries(secrets.map((name) => [name, MASKED_SECRET]));
  return { ...(character as JsonObject), settings };
}

function statusOf(enabled: boolean): 'active' | 'inactive' {
  return enabled ? 'active' : 'inactive';
}
