import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { stringify } from 'yaml';
import { inRepository } from '../lib/places.mjs';
import { writtenFiles } from './written.mjs';

// Writes dashboards and the PrometheusRule anew, after their definitions have changed.
for (const [file, content] of Object.entries(writtenFiles())) {
  const filepath = inRepository(file);
  const head = '# Made of deploy/alerts/fleet.rules.yml: node tools/observability/main.mjs\n';
  const text = file.endsWith('.json') ? JSON.stringify(content) : head + stringify(content, { lineWidth: 0 });
  writeFileSync(filepath, await format(text, { ...(await resolveConfig(filepath)), filepath }));
}
