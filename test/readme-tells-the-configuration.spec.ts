import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MigrateEnv } from '@app/persistence';
import { configurationTable } from '@app/platform';
import { AdminEnv } from '../apps/admin/src/env.js';
import { WorkerEnv } from '../apps/agent-worker/src/env.js';
import { GatewayEnv } from '../apps/gateway/src/env.js';
import { MediaEnv } from '../apps/media-service/src/env.js';

const PAGE = path.resolve(__dirname, '../docs/configuration.md');
const BEGIN = '<!-- configuration: npm run docs -->';
const END = '<!-- end of configuration -->';

it('lists every variable of every process, as the code reads them', () => {
  const table = configurationTable([
    { name: 'gateway', env: GatewayEnv },
    { name: 'agent-worker', env: WorkerEnv },
    { name: 'media-service', env: MediaEnv },
    { name: 'admin', env: AdminEnv },
    { name: 'migrate', env: MigrateEnv },
  ]);
  const page = readFileSync(PAGE, 'utf8');
  const [before, rest = ''] = page.split(BEGIN);
  const after = rest.split(END)[1];
  const expected = `${before}${BEGIN}\n<!-- prettier-ignore-start -->\n\n${table}\n\n<!-- prettier-ignore-end -->\n${END}${after}`;
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, expected);
  else expect(page).toBe(expected);
});
