import { DEFAULT_MESSAGE_SERVER_ID, DEFAULT_TENANT_ID, elizaId, type Character, type Uuid } from '@app/contracts';
import { Client } from 'pg';

/** The agent a fresh installation can be talked to. */
const FIRST_AGENT: Character = {
  name: 'Eliza',
  system: 'You are Eliza, a patient listener. Answer briefly, and ask one question at a time.',
  bio: [
    'Eliza listens, and gives your words back to you as questions.',
    'She is named after the program that Joseph Weizenbaum wrote in 1966.',
  ],
  topics: ['feelings', 'everyday life', 'dreams'],
  adjectives: ['patient', 'curious', 'calm'],
  style: { all: ['Use short sentences.'], chat: ['Ask rather than advise.'] },
  messageExamples: [
    [
      { name: '{{user1}}', content: { text: 'I have been feeling tired lately.' } },
      { name: 'Eliza', content: { text: 'How long have you been feeling tired?' } },
    ],
  ],
  plugins: [],
  settings: {},
};

/**
 * Makes a tenant with its default message server, if it is not there yet. Answers whether it was made.
 *
 * @param ownerUrl the login of the schema's owner: an application cannot make tenants
 */
export async function createTenant(
  ownerUrl: string,
  tenant: { id: Uuid; name: string; agent?: Character },
): Promise<boolean> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(`select set_config('app.tenant_id', $1, true)`, [tenant.id]);
    const { rowCount } = await client.query('insert into tenants (id, name) values ($1, $2) on conflict do nothing', [
      tenant.id,
      tenant.name,
    ]);
    if (rowCount) {
      await client.query(
        `insert into message_servers (tenant_id, id, name, source_type) values ($1, $2, 'Default Server', 'eliza_default')`,
        [tenant.id, DEFAULT_MESSAGE_SERVER_ID],
      );
      if (tenant.agent) await insertAgent(client, tenant.id, tenant.agent);
    }
    await client.query('commit');
    return rowCount === 1;
  } finally {
    await client.end();
  }
}

/** Makes the tenant of an installation that has only one, with an agent to talk to. */
export async function seedDefaultTenant(ownerUrl: string): Promise<boolean> {
  return createTenant(ownerUrl, { id: DEFAULT_TENANT_ID, name: 'Default', agent: FIRST_AGENT });
}

async function insertAgent(client: Client, tenantId: Uuid, character: Character): Promise<void> {
  await client.query('insert into agents (tenant_id, id, name, character, enabled) values ($1, $2, $3, $4, true)', [
    tenantId,
    elizaId(character.name),
    character.name,
    JSON.stringify(character),
  ]);
  await client.query('insert into message_server_agents (tenant_id, message_server_id, agent_id) values ($1, $2, $3)', [
    tenantId,
    DEFAULT_MESSAGE_SERVER_ID,
    elizaId(character.name),
  ]);
}
