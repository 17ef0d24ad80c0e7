import { FleetError } from '@app/contracts';
import { runAdmin } from '../src/admin.js';
import { CommandError } from '../src/command-error.js';
import type { Command, CommandContext, Given } from '../src/command.js';
import { COMMANDS, storesFor } from '../src/commands.js';

const called: Given[] = [];
let outcome: () => number;

const paint: Command = {
  name: 'paint',
  summary: 'Paints a wall',
  parameters: [{ name: 'wall', what: 'Which wall' }],
  options: {
    colour: { type: 'string', value: 'NAME', what: 'The colour', required: true },
    twice: { type: 'boolean', what: 'Two coats' },
  },
  stores: [],
  run: async (given) => {
    called.push(given);
    return outcome();
  },
};

beforeEach(() => {
  called.length = 0;
  outcome = () => 0;
});

async function admin(...args: string[]): Promise<{ code: number; said: string; complained: string }> {
  const said: string[] = [];
  const complained: string[] = [];
  const context: CommandContext = {
    env: {},
    terminal: { line: (text) => void said.push(text), problem: (text) => void complained.push(text) },
    signal: new AbortController().signal,
  };
  const code = await runAdmin(args, [...COMMANDS, paint], context);
  return { code, said: said.join('\n'), complained: complained.join('\n') };
}

it('lists every command with what it does', async () => {
  const { code, said } = await admin('--help');
  expect(code).toBe(0);
  for (const { name, summary } of COMMANDS) expect(said).toMatch(new RegExp(`${name} +${summary}`));
});

it.each([[[]], [['mend']]])('refuses to guess what is meant by %j', async (args: string[]) => {
  const { code, complained } = await admin(...args);
  expect(code).toBe(2);
  expect(complained).toContain('paint');
});

it.each(COMMANDS.map((command) => [command.name]))('explains %s, whatever else stands beside --help', async (name) => {
  const words = name.split(' ');
  expect(await admin(...words, '--help')).toMatchObject({ code: 0, complained: '' });
  expect(storesFor([...words, '--help'])).toEqual([]);
});

it('tells of a word what goes with it', async () => {
  const asked = await admin('tenants', '--help');
  expect(asked).toMatchObject({ code: 0, complained: '' });
  expect(asked.said).toContain('tenants create');
  expect(asked.said).not.toContain('plans');
  const wrong = await admin('tenants', 'creat');
  expect(wrong).toMatchObject({ code: 2, said: '' });
  expect(wrong.complained).toMatch(/^There is no command "tenants creat"\.\n(.*\n)*.*tenants create/);
  expect((await admin('tenants')).complained).toMatch(/^Which command\?/);
});

it('asks for the object store only where files are to be brought', () => {
  const call = ['import-elizaos', 'postgres://x', '--tenant', 'default'];
  expect(storesFor(call)).toEqual(['postgres']);
  expect(storesFor([...call, '--uploads', 'data'])).toEqual(['postgres', 's3']);
  expect(storesFor([...call, '--uploads=data'])).toEqual(['postgres', 's3']);
});

it('hands a command its parameters and options by name', async () => {
  expect(await admin('paint', 'north', '--colour', 'red', '--twice')).toEqual({ code: 0, said: '', complained: '' });
  expect(called).toEqual([{ parameters: { wall: 'north' }, options: { colour: 'red', twice: true } }]);
});

it.each([
  [['--colour', 'red'], '<wall> is missing.'],
  [['north'], '--colour is missing.'],
  [['north', 'south', '--colour', 'red'], '"south" is one argument too many.'],
  [['north', '--colour', 'red', '--thrice'], "Unknown option '--thrice'."],
  [['north', '--colour'], "Option '--colour <value>' argument missing."],
])('does nothing for %j, and says what is wrong and how it is done', async (args, fault) => {
  const { code, complained } = await admin('paint', ...args);
  expect(code).toBe(2);
  expect(complained.split('\n')[0]).toBe(fault);
  expect(complained).toContain('npm run admin -- paint <wall> --colour NAME [--twice]');
  expect(called).toEqual([]);
});

it('tells in a sentence what the operator can mend, and in full what only we can', async () => {
  const failing = async (error: Error): Promise<{ code: number; complained: string }> => {
    outcome = () => {
      throw error;
    };
    return admin('paint', 'north', '--colour', 'red');
  };
  expect(await failing(new CommandError('There is no paint.'))).toMatchObject({
    code: 1,
    complained: 'There is no paint.',
  });
  expect(await failing(new FleetError('NOT_FOUND', 'No such wall'))).toMatchObject({
    complained: 'No such wall (NOT_FOUND)',
  });
  expect((await failing(new TypeError('x is no wall'))).complained).toMatch(/TypeError: x is no wall\n +at /);
});

it('makes encryption keys', async () => {
  const [one, other] = [await admin('encryption-key'), await admin('encryption-key')];
  expect(Buffer.from(one.said, 'base64')).toHaveLength(32);
  expect(one.said).not.toBe(other.said);
});
