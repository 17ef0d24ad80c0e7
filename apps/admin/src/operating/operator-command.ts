import { parseEnv } from '@app/platform';
import { EXIT, type Command, type CommandContext, type Given } from '../command.js';
import { OperatingEnv } from '../env.js';
import { openDatabase } from '../stores.js';
import { Desk } from './desk.js';

/** What a command has to say: to a program all of it, to a person these lines. */
export interface Told {
  data: unknown;
  lines: string[];
}

/** How an operator's command is called, and what it does. */
export interface OperatorCommand extends Pick<Command, 'name' | 'summary'> {
  parameters?: Command['parameters'];
  options?: Command['options'];
  work: (given: Given, desk: Desk, context: CommandContext) => Promise<Told>;
}

/** A command that works on the stores as operators do by REST, and tells what it did as text or, with `--json`, as JSON. */
export function operatorCommand({ name, summary, parameters = [], options = {}, work }: OperatorCommand): Command {
  return {
    name,
    summary,
    parameters,
    options: { ...options, json: { type: 'boolean', what: 'Tell it as JSON, as /api/admin does' } },
    stores: ['postgres'],
    async run(given, context) {
      const env = parseEnv(OperatingEnv, context.env);
      const desk = new Desk(await openDatabase(env), env, context);
      try {
        const { data, lines } = await work(given, desk, context);
        if (given.options['json']) context.terminal.line(JSON.stringify(data, null, 2));
        else for (const line of lines) context.terminal.line(line);
        return EXIT.done;
      } finally {
        await desk.close();
      }
    },
  };
}

/** The parameter of nearly every command. */
export const TENANT = { name: 'tenant', what: 'Id or slug of the tenant, or "default"' };
