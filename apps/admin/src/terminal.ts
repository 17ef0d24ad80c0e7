/** Where a command tells what it does: results on one stream, what is wrong on the other. */
export interface Terminal {
  line(text: string): void;
  problem(text: string): void;
}

/** The terminal, or whatever the process writes to. */
export function processTerminal(): Terminal {
  return {
    line: (text) => void process.stdout.write(`${text}\n`),
    problem: (text) => void process.stderr.write(`${text}\n`),
  };
}
