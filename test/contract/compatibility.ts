import { DEVIATIONS, type Deviation } from './contract-deviations.js';
import { EVENTS } from './events.js';
import { METHODS } from './methods/methods.js';
import { ROUTES } from './routes/catalogue.js';

/** What is not one route, event or method: what all of them have around them. */
const EDGE = ['Errors', 'Handshake', 'CORS', 'Content-Security-Policy', 'Web UI'];

/** A line of a table: what it is about, and what more there is to know of it. */
interface Row {
  name: string;
  more?: string;
}

const methods: Row[] = Object.entries(METHODS).flatMap(([service, methods]) =>
  Object.entries(methods).map(([name, { route }]) => ({
    name: `${service}.${name}`,
    more: route === undefined ? 'none' : `\`${route}\``,
  })),
);

const tables: [string, string[], Row[]][] = [
  ["Methods of ElizaOS's client", ['Method', 'Route'], methods],
  ...Object.entries(ROUTES).map(([title, routes]): [string, string[], Row[]] => [
    `Routes: ${title.charAt(0).toLowerCase()}${title.slice(1)}`,
    ['Route'],
    routes.map((name) => ({ name })),
  ]),
  ...Object.entries(EVENTS).map(([title, events]): [string, string[], Row[]] => [
    `Socket events: ${title.toLowerCase()}`,
    ['Event'],
    events.map((name) => ({ name })),
  ]),
  ['Around everything', ['What'], EDGE.map((name) => ({ name }))],
];

/** The tables of docs/compatibility.md. */
export function compatibilityTables(): string {
  return tables
    .map(([title, columns, rows]) => {
      const head = [...columns, 'Compared', 'What differs, and why'];
      const lines = rows.map(({ name, more }) => {
        const newName = underNewName(name);
        const found = DEVIATIONS.filter((deviation) => isAbout(deviation, newName));
        const reasons = newName === name ? found.map(reason) : [`As \`${newName}\`.`];
        return [`\`${name}\``, ...(more === undefined ? [] : [more]), verdict(found), reasons.join('<br>')];
      });
      return [`## ${title}`, '', ...[head, head.map(() => '---'), ...lines].map(line)].join('\n');
    })
    .join('\n\n');
}

/** What deviations name and no table has. */
export function namesWithoutRow(): string[] {
  const names = tables.flatMap(([, , rows]) => rows.map(({ name }) => name));
  return DEVIATIONS.flatMap(({ of }) => of).filter((pattern) => !names.some((name) => fits(pattern, name)));
}

/** Routes have older names, under which they are the same. */
function underNewName(name: string): string {
  return name
    .replace('/central-channels', '/channels')
    .replace(/\/messaging\/(central-)?servers(?=\/:|$)/, '/messaging/message-servers');
}

function verdict(found: Deviation[]): string {
  const kinds = (['mended', 'different'] as const).filter((kind) => found.some((deviation) => deviation.as === kind));
  return kinds.length === 0 ? 'same' : kinds.join(', ');
}

function reason({ as, what, why }: Deviation): string {
  return `${as === 'mended' ? 'Mended' : 'Different'}: ${what}. ${why}.`;
}

function isAbout({ of }: Deviation, name: string): boolean {
  return of.some((pattern) => fits(pattern, name));
}

function fits(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}

function line(cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
