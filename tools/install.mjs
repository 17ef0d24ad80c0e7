import './setup/require-node.mjs';

// what .ci/run needs before it can check anything
const { installDependencies } = await import('./setup/install.mjs');
const { sayFault } = await import('./lib/fault.mjs');
try {
  await installDependencies();
} catch (error) {
  sayFault(error);
  process.exitCode = 1;
}
