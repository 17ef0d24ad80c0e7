import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runToEnd } from '../lib/child.mjs';

/**
 * Unpacks Debian packages into a folder, without installing anything and without being root. The machine's own package
 * lists are tried first (a second's work); when they are empty or too old, fresh ones are fetched into a folder
 * of our own. Rejects where there is no apt or no way to its servers.
 *
 * @param {{packages: string[], into: string}} options `into` must not exist; it appears complete or not at all
 */
export async function unpackDebian({ packages, into }) {
  mkdirSync(path.dirname(into), { recursive: true });
  const draft = mkdtempSync(`${into}-`);
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'eliza-apt-'));
  try {
    const archives = await download(packages, scratch);
    for (const archive of archives) {
      await runToEnd({ name: 'dpkg-deb', command: 'dpkg-deb', args: ['-x', archive, draft] });
    }
    if (!existsSync(into)) renameSync(draft, into);
  } finally {
    rmSync(draft, { recursive: true, force: true });
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function download(packages, scratch) {
  const target = path.join(scratch, 'archives');
  for (const folder of ['archives', 'state/lists/partial', 'cache/archives/partial']) {
    mkdirSync(path.join(scratch, folder), { recursive: true });
  }
  const cache = [`Dir::Cache=${path.join(scratch, 'cache')}`, 'Debug::NoLocking=1', 'APT::Sandbox::User=root'];
  const apt = (settings, ...command) =>
    runToEnd({
      name: `apt-get ${command[0]}`,
      command: 'apt-get',
      args: [...settings.flatMap((setting) => ['-o', setting]), '-q', ...command],
      cwd: target,
      env: { ...process.env, LC_ALL: 'C' },
    });
  try {
    await apt([...cache, 'Acquire::Retries=0'], 'download', ...packages);
  } catch {
    const state = path.join(scratch, 'state');
    const own = [`Dir::State=${state}`, `Dir::State::Lists=${path.join(state, 'lists')}`, 'Acquire::http::Timeout=20'];
    // fails as a whole when one foreign source of the machine cannot be reached: the download tells whether it matters
    await apt([...cache, ...own], 'update').catch(() => {});
    await apt([...cache, ...own], 'download', ...packages);
  }
  return readdirSync(target).map((file) => path.join(target, file));
}
