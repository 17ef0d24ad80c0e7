import 'reflect-metadata';
import { runAdmin } from './admin.js';
import { COMMANDS } from './commands.js';
import { processTerminal } from './terminal.js';

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());

process.exitCode = await runAdmin(process.argv.slice(2), COMMANDS, {
  env: process.env,
  terminal: processTerminal(),
  signal: stopping.signal,
});
