import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { countResults, reasonFor } from '../jest/results.mjs';
import { sayFault } from '../lib/fault.mjs';
import { inRepository } from '../lib/places.mjs';
import { say } from '../lib/say.mjs';
import { buildWhenChanged } from './build.mjs';
import { installDependencies } from './install.mjs';

/**
 * `npm test`: installs and builds what is missing, runs Jest with the given arguments, and ends with one line
 * "N passed, N failed, N skipped". Answers the exit code.
 */
export async function runTests(args) {
  const inCi = Boolean(process.env.CI) && process.env.CI !== 'false';
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'eliza-result-'));
  const output = path.join(scratch, 'result.json');
  // checks that ran before this and failed (.ci/run): they belong into the last line
  const before = (process.env.FAILED_BEFORE ?? '').split(',').filter(Boolean);
  try {
    let code = 1;
    try {
      await installDependencies();
      await buildWhenChanged();
      code = await runJest({ args, output, inCi });
    } catch (error) {
      sayFault(error);
    }
    const { passed, failed, skipped, refused } = countResults(output, { strict: inCi });
    if (!args.some((arg) => /^(-t|--testNamePattern)/.test(arg))) showSkips(skipped, refused);
    for (const check of before) say.fail(`${check} failed (see above)`);
    // Jest can fail without a failing test, such as in its teardown
    const all = failed + before.length || (code === 0 ? 0 : 1);
    say.line(`${passed} passed, ${all} failed, ${skipped.length} skipped`);
    return all === 0 ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function runJest({ args, output, inCi }) {
  const long = args.includes('--long');
  const jest = spawn(
    process.execPath,
    [
      inRepository('node_modules/jest/bin/jest.js'),
      `--maxWorkers=${Math.min(4, Math.max(2, os.availableParallelism()))}`,
      '--json',
      `--outputFile=${output}`,
      // a forgotten timer must not hold up a machine for hours
      ...(inCi ? ['--ci', '--forceExit'] : []),
      ...args.filter((arg) => arg !== '--long'),
    ],
    {
      cwd: inRepository(),
      // Jest reports on stderr; its JSON goes to the file
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, NODE_ENV: 'test', ...(long ? { TEST_LONG: '1' } : {}) },
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => jest.kill(signal));
  return new Promise((resolve, reject) => {
    jest.once('error', reject);
    jest.once('exit', (code) => resolve(code ?? 1));
  });
}

function showSkips(skipped, refused) {
  for (const name of skipped) say.warn(`skipped: ${name}${reasonFor(name) ? ` (${reasonFor(name)})` : ''}`);
  for (const name of refused) say.fail(`skipped without a reason in tools/jest/allowed-skips.mjs: ${name}`);
}
