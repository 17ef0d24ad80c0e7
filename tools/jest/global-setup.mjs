import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** One set of stores for the whole run, with a migrated template database; test files find them in the environment. */
export default async function globalSetup() {
  const { buildWhenChanged } = await import('../setup/build.mjs');
  const { startTestStores } = await import('../stores/test-stores.mjs');
  // the template is migrated, and the system tests run, from what is built
  const asBuilt = process.env.TEST_NO_BUILD === '1' || process.env.TEST_NO_MIGRATE === '1';
  if (!asBuilt) await buildWhenChanged();
  // the SDK's notice about Node 20 is for us, not for every run
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const stores = await startTestStores(mkdtempSync(path.join(os.tmpdir(), 'eliza-test-')));
  Object.assign(process.env, stores.env);
  globalThis.elizaTestStores = stores;
}
