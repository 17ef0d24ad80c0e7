import { existsSync } from 'node:fs';
import path from 'node:path';
import { inRepository } from '@app/testing';

/** The browser of these tests. */
export const chromiumProgram = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** The web UI of ElizaOS, where `npm run test:ui` puts it. */
export const webUiFolder = process.env['ELIZA_UI_DIR'] ?? inRepository('.eliza-setup', 'web-ui', 'dist');

const isThere = existsSync(chromiumProgram) && existsSync(path.join(webUiFolder, 'index.html'));
const isAsked = process.env['TEST_UI'] === '1';

/** Tests in a browser, which run wherever Chromium and the web UI are. */
export function describeInBrowser(name: string, tests: () => void): void {
  (isThere ? describe : describe.skip)(`in the web UI, ${name}`, tests);
}

/** Further tests in a browser, which `npm run test:ui` runs. */
export function describeAtLength(name: string, tests: () => void): void {
  (isThere && isAsked ? describe : describe.skip)(`in the web UI, ${name}`, tests);
}
