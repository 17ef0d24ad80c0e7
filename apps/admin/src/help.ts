import type { Command } from './command.js';

const PROGRAM = 'npm run admin --';

/** What there is to do. */
export function overview(commands: readonly Command[]): string {
  const rows = commands.map(({ name, summary }): [string, string] => [name, summary]);
  return [`${PROGRAM} <command> …`, '', ...table(rows), '', `${PROGRAM} <command> --help tells more.`].join('\n');
}

/** How one command is used. */
export function commandHelp({ name, summary, parameters, options }: Command): string {
  const words = [
    ...parameters.map((parameter) => `<${parameter.name}>`),
    ...Object.entries(options).map(([option, { required }]) => {
      const word = optionWord(option, options[option]!);
      return required ? word : `[${word}]`;
    }),
  ];
  const rows = [
    ...parameters.map((parameter): [string, string] => [`<${parameter.name}>`, parameter.what]),
    ...Object.entries(options).map(([option, told]): [string, string] => [optionWord(option, told), told.what]),
  ];
  const use = [PROGRAM, name, ...words].join(' ');
  return [use, '', summary, ...(rows.length > 0 ? ['', ...table(rows)] : [])].join('\n');
}

function optionWord(name: string, { type, value = 'TEXT' }: Command['options'][string]): string {
  return type === 'boolean' ? `--${name}` : `--${name} ${value}`;
}

function table(rows: [string, string][]): string[] {
  const width = Math.max(...rows.map(([word]) => word.length));
  return rows.map(([word, text]) => `  ${word.padEnd(width)}  ${text}`);
}
