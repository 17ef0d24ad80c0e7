import { answered, chatDelivery, chatters, recordChat } from '../lib/chat.mjs';
import { openLoop, pace } from '../lib/open-loop.mjs';

const what = 'turns of many tenants, each with an agent and a user of its own; nobody hears of another';
const defaults = { rate: 50, seconds: 10, users: 20, gateways: 2 };

export const manyTenants = { what, defaults, run };

async function run(course) {
  const { target, options, dice } = course;
  const tenants = [];
  for (let number = 0; number < options.users; number += 1) {
    const tenant = await target.newTenant(`Bench ${number}`);
    const [person] = await chatters(tenant.target, 1, { ...tenant, gateway: number });
    person.mark = `of tenant ${number}.`;
    tenants.push(person);
  }
  let strange = 0;
  for (const person of tenants) {
    person.onOther = ({ text }) => {
      if (!text.includes(person.mark)) strange += 1;
    };
  }
  try {
    course.begin();
    const load = await openLoop({
      rate: options.rate,
      seconds: options.seconds,
      act(number, due) {
        const person = dice.pick(tenants);
        person.say(person.channelId, `message ${number} ${person.mark}`, due);
      },
    });
    await answered(tenants);
    recordChat(course, tenants);
    return { delivery: { ...chatDelivery(tenants), ofOthers: strange }, figures: pace(load) };
  } finally {
    for (const person of tenants) person.close();
  }
}
