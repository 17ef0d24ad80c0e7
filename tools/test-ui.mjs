import './setup/require-node.mjs';

const { runUiTests } = await import('./setup/run-ui-tests.mjs');
process.exitCode = await runUiTests(process.argv.slice(2));
