import './setup/require-node.mjs';

const { launch } = await import('./fleet/launch.mjs');
await launch();
