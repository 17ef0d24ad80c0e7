import { isUuid } from '@app/contracts';
import { Database } from '@app/persistence';
import { parseEnv } from '@app/platform';
import { CommandError } from '../command-error.js';
import { EXIT, type Command } from '../command.js';
import { AdminEnv } from '../env.js';
import { turnStory } from '../explaining/turn-story.js';
import { namedTenant } from '../tenants.js';
import { UsageError } from '../usage-error.js';

/** Tells the whole life of a turn, over all processes, from the rows alone. */
export const explainCommand: Command = {
  name: 'explain',
  summary: 'Tells what became of a turn, moment by moment',
  parameters: [{ name: 'id', what: 'The id of a turn, of the message it answers, or of its reply' }],
  options: { tenant: { type: 'string', value: 'TENANT', what: 'Id or slug of its tenant; "default" when not given' } },
  stores: ['postgres'],
  async run({ parameters, options }, { env: variables, terminal }) {
    const id = parameters['id']!.toLowerCase();
    if (!isUuid(id)) throw new UsageError('<id> is no UUID');
    const env = parseEnv(AdminEnv, variables);
    const database = await Database.open({ url: env.DATABASE_URL, ownerUrl: env.DATABASE_OWNER_URL, poolSize: 1 });
    try {
      const tenant = await namedTenant(database, String(options['tenant'] ?? 'default'));
      const lives = await database.inTenant(tenant.id, (scope) => scope.turnLives.of(id));
      if (lives.length === 0) {
        throw new CommandError(`The tenant ${tenant.name} has no turn of this id, and none of a message of this id.`);
      }
      for (const life of lives) for (const line of turnStory(life)) terminal.line(line);
      return EXIT.done;
    } finally {
      await database.close();
    }
  },
};
