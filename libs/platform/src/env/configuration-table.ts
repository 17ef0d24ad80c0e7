import { envVariables } from './env-decorators.js';

/** One process and the class of its variables. */
export interface ConfiguredProcess {
  name: string;
  env: new () => object;
}

/** The variables of all processes as a Markdown table, from the classes that read them. */
export function configurationTable(processes: ConfiguredProcess[]): string {
  const rows = new Map<string, { cells: string[]; usedBy: string[] }>();
  for (const { name, env } of processes) {
    const defaults = new env() as Record<string, string | number | boolean | undefined>;
    for (const variable of envVariables(env)) {
      const known = rows.get(variable.name);
      if (known) {
        known.usedBy.push(name);
        continue;
      }
      const fallback = defaults[variable.name];
      const cells = [
        `\`${variable.name}\``,
        variable.description,
        variable.kind,
        fallback === undefined ? (variable.required ? '**required**' : '') : `\`${String(fallback)}\``,
      ];
      rows.set(variable.name, { cells, usedBy: [name] });
    }
  }
  const lines = [...rows.values()].map(({ cells, usedBy }) => `| ${[...cells, usedBy.join(', ')].join(' | ')} |`);
  return ['| Variable | What it is | Kind | Default | Read by |', '| --- | --- | --- | --- | --- |', ...lines].join(
    '\n',
  );
}
