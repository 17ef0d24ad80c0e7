import { setTimeout as delay } from 'node:timers/promises';
import { answered, chatDelivery, chatters, framesPerTurn, notesOf } from './chat.mjs';
import { Histogram } from './histogram.mjs';
import { round } from './report.mjs';

/** So long that none of 20 pieces of its echo is a mere space: those do not go out alone. */
const TEXT = 'Good day to you, and how do you do on this fine morning?';

/**
 * The most that a system carries with so many users who each ask again as soon as they are answered. What its users
 * waited is no measure of a system (it sets their pace): turns per second are.
 *
 * @param {import('./target.mjs').Target} target
 * @param {{users: number, seconds: number, text?: string}} load
 */
export async function saturate(target, { users, seconds, text = TEXT }) {
  const people = await chatters(target, users);
  try {
    let open = true;
    for (const person of people) {
      const ask = () => open && person.say(person.channelId, text, performance.now());
      person.onReply = ask;
    }
    const begun = performance.now();
    for (const person of people) person.onReply();
    await delay(seconds * 1000);
    open = false;
    const end = performance.now();
    await answered(people);
    const notes = notesOf(people);
    const inTime = notes.filter(({ times }) => times.reply <= end).length;
    const took = new Histogram();
    for (const { due, times } of notes) if (times.reply) took.record(times.reply - due);
    return {
      users,
      turnsPerSecond: round((inTime * 1000) / (end - begun)),
      framesPerTurn: framesPerTurn(people),
      msPerTurn: took.at(0.5),
      delivery: chatDelivery(people),
    };
  } finally {
    for (const person of people) person.close();
  }
}
