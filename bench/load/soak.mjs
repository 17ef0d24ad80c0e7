import { randomUUID } from 'node:crypto';
import { answered, chatDelivery, chatters, recordChat } from '../lib/chat.mjs';
import { openLoop, pace } from '../lib/open-loop.mjs';
import { Person } from '../lib/person.mjs';
import { round } from '../lib/report.mjs';

const what =
  'turns at a steady rate while sockets come and go; how memory grows. Short unless --seconds says otherwise';
const defaults = { rate: 30, seconds: 30, users: 30, churn: 5 };

const SAMPLES = 20;

export const soak = { what, defaults, run };

async function run(course) {
  const { target, options, system } = course;
  const people = await chatters(target, options.users);
  const samples = [];
  const sample = () => system && samples.push({ at: performance.now(), usage: system.usage() });
  const timer = setInterval(sample, (options.seconds * 1000) / SAMPLES);
  let churned = 0;
  let failed = 0;
  try {
    course.begin();
    sample();
    const talking = openLoop({
      rate: options.rate,
      seconds: options.seconds,
      act(number, due) {
        const person = people[number % people.length];
        person.say(person.channelId, `message ${number}`, due);
      },
    });
    const churning = openLoop({
      rate: options.churn,
      seconds: options.seconds,
      async act(number, due) {
        try {
          const guest = await new Person(target.address(number), { key: target.key, id: randomUUID() }).connect();
          await guest.join(people[number % people.length].channelId);
          course.record('guest connects and joins', performance.now() - due);
          guest.close();
          churned += 1;
        } catch {
          failed += 1;
        }
      },
    });
    const [load] = await Promise.all([talking, churning]);
    await answered(people);
    sample();
    recordChat(course, people);
    return {
      delivery: { ...chatDelivery(people), failed },
      figures: { ...pace(load), guests: churned, ...growth(samples) },
    };
  } finally {
    clearInterval(timer);
    for (const person of people) person.close();
  }
}

/** How much each process grew in an hour at the pace of the second half: the first one warms up. */
function growth(samples) {
  const late = samples.slice(Math.floor(samples.length / 2));
  if (late.length < 3) return {};
  const [first, last] = [late[0], late.at(-1)];
  const hours = (last.at - first.at) / 3_600_000;
  const names = Object.keys(last.usage).filter((name) => /^(gateway|worker)/.test(name));
  const of = (name) => round((last.usage[name].rssMb - first.usage[name].rssMb) / hours);
  return {
    rssMb: Object.fromEntries(names.map((name) => [name, last.usage[name].rssMb])),
    mbPerHour: Object.fromEntries(names.map((name) => [name, of(name)])),
  };
}
