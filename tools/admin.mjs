import './setup/require-node.mjs';

const { admin } = await import('./admin/admin.mjs');
await admin(process.argv.slice(2));
