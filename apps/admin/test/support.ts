import type { Uuid } from '@app/contracts';
import { setting, type TestDatabase } from '@app/testing';
import { runAdmin } from '../src/admin.js';
import { COMMANDS } from '../src/commands.js';

/** What a call of the program came to. */
export interface Called {
  code: number;
  said: string;
  complained: string;
}

/** Calls the program as an operator would, on the stores of a test. */
export async function admin(
  db: TestDatabase,
  args: string[],
  { env = {}, signal = new AbortController().signal }: { env?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Called> {
  const said: string[] = [];
  const complained: string[] = [];
  const code = await runAdmin(args, COMMANDS, {
    env: {
      DATABASE_URL: db.config.url,
      DATABASE_OWNER_URL: db.config.ownerUrl,
      ENCRYPTION_KEY: setting('TEST_ENCRYPTION_KEY'),
      ...env,
    },
    terminal: { line: (text) => void said.push(text), problem: (text) => void complained.push(text) },
    signal,
  });
  return { code, said: said.join('\n'), complained: complained.join('\n') };
}

/** Every row a tenant has, of every table, as text. */
export async function everythingOf(db: TestDatabase, tenantId: Uuid): Promise<unknown[]> {
  const tables = await db.asSuperuser<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
        and relrowsecurity and relname <> 'tenants' order by relname`,
  );
  const each = tables.map(
    ({ name }) =>
      `select '${name}' as name, (select jsonb_agg(t order by t::text) from ${name} t where tenant_id = $1) as rows`,
  );
  return db.asSuperuser(each.join(' union all '), [tenantId]);
}
