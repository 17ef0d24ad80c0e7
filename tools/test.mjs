import './setup/require-node.mjs';

const { runTests } = await import('./setup/run-tests.mjs');
process.exitCode = await runTests(process.argv.slice(2));
