import { paint, say } from './say.mjs';

const levels = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };
const levelColours = { warn: 'yellow', error: 'red', fatal: 'red', debug: 'dim', trace: 'dim' };
const nameColours = ['cyan', 'magenta', 'blue', 'green'];
// said by the prefix already, or of no use to somebody who reads along
const unsaid = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'name', 'app', 'service', 'v']);

/** Makes a function that shows a child's log lines under its name, pino's JSON as readable text. */
export function logLines(name, width) {
  const colour = nameColours[[...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % nameColours.length];
  const prefix = `${paint(colour, name.padEnd(width))} ${paint('dim', '|')} `;
  return (line) => {
    for (const text of readable(line).split('\n')) say.line(prefix + text);
  };
}

/** One log line for people. What is not pino's JSON is passed through. */
export function readable(line) {
  const entry = parse(line);
  if (!entry) return line;
  const level = levels[entry.level] ?? String(entry.level);
  const { err, ...rest } = entry;
  const values = Object.entries(rest)
    .filter(([key, value]) => !unsaid.has(key) && value !== undefined && value !== null)
    .map(([key, value]) => paint('dim', `${key}=`) + short(value));
  const words = [paint('dim', clock(entry.time)), paint(levelColours[level] ?? 'green', level.padEnd(5))];
  const text = [...words, entry.msg ?? '', ...values].filter((part) => part !== '').join(' ');
  const trouble = err && (err.stack ?? err.message);
  return trouble ? `${text}\n${trouble}` : text;
}

function parse(line) {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry = JSON.parse(line);
    return typeof entry.level === 'number' ? entry : undefined;
  } catch {
    return undefined;
  }
}

function clock(time) {
  const date = new Date(time ?? Date.now());
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

function short(value) {
  if (typeof value === 'string' && !/\s/.test(value)) return value;
  return JSON.stringify(value);
}
