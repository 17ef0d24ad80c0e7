/** The launcher's only way to the terminal. */

const colourful = Boolean(process.stdout.isTTY) && !process.env.NO_COLOR;
const codes = { dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 };

/** The text in a colour, or as it is when the output is not a terminal. */
export function paint(colour, text) {
  return colourful && codes[colour] ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text;
}

function write(text) {
  process.stdout.write(`${text}\n`);
}

export const say = {
  line: write,
  step: (text) => write(`${paint('cyan', '›')} ${text}`),
  done: (text) => write(`${paint('green', '✓')} ${text}`),
  warn: (text) => write(`${paint('yellow', '!')} ${text}`),
  fail: (text) => process.stderr.write(`${paint('red', '✗')} ${text}\n`),
};

/** Says that something long is going on, again every ten seconds, until the work is over. */
export async function withProgress(title, work) {
  const started = Date.now();
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  say.step(`${title} …`);
  const timer = setInterval(() => say.step(`${title} … ${seconds()}`), 10_000);
  try {
    const result = await work();
    say.done(`${title}: ${seconds()}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
