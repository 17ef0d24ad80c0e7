import path from 'node:path';
import { sayFault } from '../lib/fault.mjs';
import { runTests } from './run-tests.mjs';
import { fetchWebUi } from './web-ui.mjs';

/**
 * `npm run test:ui`: fetches the web UI of ElizaOS, once, and drives it in Chromium. With `--shots FOLDER` every test
 * leaves a picture there; other arguments go to Jest. Answers the exit code.
 */
export async function runUiTests(args) {
  const at = args.indexOf('--shots');
  const [, shots] = at < 0 ? [] : args.splice(at, 2);
  if (shots) process.env.UI_SHOTS = path.resolve(shots);
  try {
    await fetchWebUi();
  } catch (error) {
    sayFault(error);
    return 1;
  }
  process.env.TEST_UI = '1';
  return runTests(['test/ui', ...args]);
}
