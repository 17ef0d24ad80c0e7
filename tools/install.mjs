import './setup/require-node.mjs';

// what .ci/run needs before it can check anything
const { installDependencies } = await import('./setup/install.mjs');
const { say } = await import('./lib/say.mjs');
try {
  await installDependencies();
} catch (error) {
  for (const line of error.details ?? []) say.line(`  ${line}`);
  say.fail(error.message);
  process.exitCode = 1;
}
