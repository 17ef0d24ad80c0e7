const INSTRUCTIONS =
  'FROM ARG ENV WORKDIR COPY RUN USER EXPOSE HEALTHCHECK CMD ENTRYPOINT LABEL STOPSIGNAL SHELL VOLUME'.split(' ');

/** What is wrong with a Dockerfile, in words. */
export function dockerfileFaults(text) {
  const lines = instructionsIn(text);
  const faults = [];
  const say = (fault) => faults.push(`Dockerfile: ${fault}`);
  for (const { word, rest } of lines) {
    if (!INSTRUCTIONS.includes(word)) say(`${word} is no instruction that is used here`);
    if ((word === 'CMD' || word === 'ENTRYPOINT') && !isList(rest))
      say(`${word} is no list: a shell would get the signals`);
    if (word === 'ENV' && /(KEY|TOKEN|PASSWORD|SECRET)\w*=/.test(rest))
      say(`a secret would stay in the image: ${rest}`);
    if (word === 'RUN' && /apt-get install/.test(rest) && !/--no-install-recommends/.test(rest))
      say('apt-get installs what is only recommended');
    if (word === 'RUN' && /npm (install|i)\b/.test(rest)) say('npm install does not hold to the lock file');
  }
  const bases = Object.fromEntries(
    lines.filter(({ word, rest }) => word === 'ARG' && rest.includes('=')).map(({ rest }) => rest.split('=')),
  );
  for (const { name, from, own } of stagesIn(lines)) {
    const image = from.replace(/\$\{(\w+)\}/, (_all, arg) => bases[arg] ?? '');
    const isOutside = !stagesIn(lines).some((stage) => stage.name === from);
    if (isOutside && !/:(?!latest$)[\w.-]*\d+\.\d+\.\d+[\w.-]*$/.test(image))
      say(`${name} stands on an image without a whole version: ${image}`);
    const users = own.filter(({ word }) => word === 'USER');
    if (users.length > 0 && !/^[1-9]\d*(:[1-9]\d*)?$/.test(users.at(-1).rest))
      say(`${name} does not end as a user with a number`);
  }
  const stages = stagesIn(lines);
  const last = stages.at(-1);
  if (last && !usersOf(last, stages).length) say(`${last.name} runs as root`);
  return faults;
}

function usersOf(stage, stages) {
  const own = stage.own.filter(({ word }) => word === 'USER');
  const below = stages.find(({ name }) => name === stage.from);
  return own.length > 0 || !below ? own : usersOf(below, stages);
}

function instructionsIn(text) {
  return text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, word, rest] = /^\s*(\S+)\s*(.*)$/.exec(line);
      return { word, rest: rest.trim() };
    });
}

function stagesIn(lines) {
  const stages = [];
  for (const line of lines) {
    const [, from, name] = (line.word === 'FROM' && /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(line.rest)) || [];
    if (from) stages.push({ from, name: name ?? from, own: [] });
    else stages.at(-1)?.own.push(line);
  }
  return stages;
}

function isList(text) {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}
