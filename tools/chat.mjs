import './setup/require-node.mjs';

const { chat } = await import('./chat/chat.mjs');
await chat(process.argv.slice(2).join(' ').trim());
