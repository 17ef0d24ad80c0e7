import { answered, chatDelivery, chatters, framesPerTurn, notesOf, recordChat } from '../lib/chat.mjs';
import { Costs } from '../lib/costs.mjs';
import { openLoop, pace } from '../lib/open-loop.mjs';
import { round } from '../lib/report.mjs';

const what = 'whole turns: a message stored, queued, answered in pieces, the reply stored and broadcast';
const defaults = { rate: 100, seconds: 10, users: 50 };

export const turns = { what, defaults, run };

async function run(course) {
  const { target, options } = course;
  const people = await chatters(target, options.users);
  try {
    const costs = await Costs.begin(course.system);
    course.begin();
    const begun = performance.now();
    const load = await openLoop({
      rate: options.rate,
      seconds: options.seconds,
      act(number, due) {
        const person = people[number % people.length];
        person.say(person.channelId, `message ${number}`, due);
      },
    });
    await answered(people);
    const replies = notesOf(people).flatMap(({ times }) => times.reply ?? []);
    const seconds = (Math.max(begun, ...replies) - begun) / 1000;
    const spent = await costs.of(replies.length);
    recordChat(course, people);
    const figures = { turnsPerSecond: round(replies.length / seconds), framesPerTurn: framesPerTurn(people) };
    return { delivery: chatDelivery(people), figures: { ...pace(load), ...figures, ...spent } };
  } finally {
    for (const person of people) person.close();
  }
}
