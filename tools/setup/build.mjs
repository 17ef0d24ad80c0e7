import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { runToEnd } from '../lib/child.mjs';
import { withLock } from '../lib/lock.mjs';
import { inRepository } from '../lib/places.mjs';
import { withProgress } from '../lib/say.mjs';
import { digest, fingerprint, sameContent } from './fingerprint.mjs';

const stamp = inRepository('dist/.sources.json');

/** Builds into dist/ unless it is built from these very sources. Answers a short name of what is built. */
export async function buildWhenChanged() {
  return freshBuild() ?? withLock(inRepository('.eliza-setup/lock'), async () => freshBuild() ?? build());
}

function freshBuild() {
  if (!existsSync(stamp)) return undefined;
  const built = JSON.parse(readFileSync(stamp, 'utf8'));
  const now = fingerprint(built);
  if (!sameContent(built, now)) return undefined;
  // only times differ (a fresh checkout): noted, so that the next start has nothing to read
  if (JSON.stringify(now) !== JSON.stringify(built)) writeFileSync(stamp, JSON.stringify(now));
  return digest(now);
}

function run(...args) {
  return runToEnd({ name: 'The build', command: process.execPath, args, cwd: inRepository() });
}

async function build() {
  return withProgress('Building', async () => {
    // taken before: a source changed during the build makes the next start build again
    const sources = fingerprint();
    rmSync(inRepository('dist'), { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    await run(inRepository('node_modules/@nestjs/cli/bin/nest.js'), 'build', '--all');
    // what gateways tell of the routes that they hand on
    await run(inRepository('dist/apps/media-service/src/describe.js'));
    writeFileSync(stamp, JSON.stringify(sources));
    return digest(sources);
  });
}
