import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runToEnd } from '../lib/child.mjs';
import { LaunchError } from '../lib/launch-error.mjs';
import { inRepository } from '../lib/places.mjs';
import { withProgress } from '../lib/say.mjs';

const PACKAGE = '@elizaos/client@1.7.2';
const SHA512 = '/ZdtejKf073nOWypbN0ZXD+FiV4ZSjg62PiP+dpsTt2VGTp7OkttepcwdbZFxLJCGLHSo5yek/zyhBCknHV71g==';

/**
 * Unpacks the published web UI of ElizaOS for tests, unless it is there already. It is no dependency: of the package
 * only the built files are used, none of the many packages that it was built from.
 */
export async function fetchWebUi() {
  const folder = inRepository('.eliza-setup', 'web-ui');
  if (existsSync(path.join(folder, 'dist', 'index.html'))) return;
  await withProgress(`Fetching ${PACKAGE}`, () => unpackInto(folder));
}

async function unpackInto(folder) {
  mkdirSync(path.dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}-`);
  try {
    const lines = await runToEnd({
      name: 'npm pack',
      command: 'npm',
      args: ['pack', PACKAGE, '--pack-destination', draft, '--ignore-scripts', '--loglevel=error'],
      cwd: draft,
    });
    const archive = path.join(draft, lines.at(-1).trim());
    const sum = createHash('sha512').update(readFileSync(archive)).digest('base64');
    if (sum !== SHA512) throw new LaunchError(`${PACKAGE} is not the package that was looked at: its sum is ${sum}.`);
    await runToEnd({ name: 'tar', command: 'tar', args: ['-xzf', archive, '-C', draft] });
    rmSync(folder, { recursive: true, force: true });
    renameSync(path.join(draft, 'package'), folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
