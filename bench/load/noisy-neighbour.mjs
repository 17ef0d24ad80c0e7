import { answered, chatDelivery, chatters, notesOf, recordChat } from '../lib/chat.mjs';
import { openLoop, waitFor } from '../lib/open-loop.mjs';
import { round } from '../lib/report.mjs';

const what = 'quiet tenants ask once a second, first alone, then beside one that floods; how long until they are begun';
const defaults = { rate: 10, seconds: 10, users: 10, 'model-ms': 200, chunks: 1, flood: 2_000, slots: 50 };

const LANES = 100;
const FLOOD_ENDS_MS = 120_000;

export const noisyNeighbour = { what, defaults, run };

async function run(course) {
  const { target, options } = course;
  const loud = await tenant(target, 'Loud', LANES);
  const quiet = [];
  for (let number = 0; number < options.users; number += 1) quiet.push(...(await tenant(target, `Quiet ${number}`, 1)));
  const everybody = [...loud, ...quiet];
  const delivery = {};
  const take = (people, name) => {
    recordChat(course, people, name);
    for (const [what_, count] of Object.entries(chatDelivery(people))) delivery[what_] = (delivery[what_] ?? 0) + count;
    for (const person of people) person.forget();
  };
  const ask = async (name) => {
    await openLoop({
      rate: options.rate,
      seconds: options.seconds,
      act(number, due) {
        const person = quiet[number % quiet.length];
        person.say(person.channelId, `quiet ${number}`, due);
      },
    });
    await answered(quiet);
    for (const { times } of notesOf(quiet)) {
      if (times.chunk)
        course.record(`${name}: ack → begun`, Math.max(0, times.chunk - times.ack - options['model-ms']));
    }
    take(quiet, `${name}: `);
  };
  try {
    course.begin();
    await ask('alone');
    for (let number = 0; number < options.flood; number += 1) {
      const person = loud[number % loud.length];
      person.say(person.channelId, `loud ${number}`, performance.now());
    }
    await waitFor(() => notesOf(loud).every(({ counts }) => counts.ack > 0), { ms: FLOOD_ENDS_MS });
    await ask('beside');
    const left = notesOf(loud).filter(({ counts }) => counts.reply === 0).length;
    await answered(loud, FLOOD_ENDS_MS);
    take(loud, 'loud: ');
    const p95 = (name) => course.latencies[`${name}: ack → begun`].at(0.95);
    const figures = { aloneP95: p95('alone'), besideP95: p95('beside'), ratio: round(p95('beside') / p95('alone'), 2) };
    return { delivery, figures: { ...figures, floodLeftAtTheEnd: left } };
  } finally {
    for (const person of everybody) person.close();
  }
}

async function tenant(target, name, lanes) {
  const made = await target.newTenant(name);
  return chatters(made.target, lanes, made);
}
