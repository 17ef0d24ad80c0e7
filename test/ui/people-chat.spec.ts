import { DEFAULT_TENANT_ID, type Uuid } from '@app/contracts';
import { makeAgent, until } from '@app/testing';
import { describeInBrowser } from './browser.js';
import {
  chatButton,
  chooseChat,
  clearChat,
  conversation,
  hearAnswer,
  openChat,
  say,
  startAnotherChat,
  takeBack,
} from './chats.js';
import { opened } from './opened.js';

const WORDS = 'one two three four five six seven eight nine ten eleven twelve';

describeInBrowser('a visitor', () => {
  let ada: Uuid;
  let doctor: Uuid;
  let chat: Uuid;
  const at = opened(async ({ fleet }) => {
    const { database } = fleet.cluster;
    ada = await makeAgent(database, DEFAULT_TENANT_ID, 'Ada');
    doctor = await makeAgent(database, DEFAULT_TENANT_ID, 'Doctor');
    const character = { name: 'Doctor', settings: { MODEL_PROVIDER: 'classic' } };
    await database.inTenant(DEFAULT_TENANT_ID, (tenant) => tenant.agents.updateCharacter(doctor, character));
  });

  it('sees the agents at home', async () => {
    await at.visitor.open('/');
    await at.visitor.read('Ada', at.visitor.page.getByTestId('agent-card'));
  });

  it('begins a chat', async () => {
    chat = await openChat(at.visitor, ada);
    await at.visitor.read('No messages yet');
  });

  it('sees an answer grow while it is written', async () => {
    await say(at.visitor, `Count. #chunks=12 #tps=4 #reply=${WORDS}`);
    const answer = conversation(at.visitor).locator('p').filter({ hasText: /^one/ });
    await answer.waitFor();
    const seen = new Set<string>();
    await until('all was said', async () => {
      const text = (await answer.first().innerText()).trim();
      seen.add(text);
      return text === WORDS;
    });
    expect([...seen].every((text) => WORDS.startsWith(text))).toBe(true);
    expect(seen.size).toBeGreaterThan(5);
    await hearAnswer(at.visitor, WORDS);
  });

  it('finds the chat again after a reload', async () => {
    await at.visitor.page.reload();
    await at.visitor.read(WORDS, conversation(at.visitor));
    expect(at.visitor.page.url()).toContain(chat);
  });

  it('begins another chat, and goes back to the first', async () => {
    await startAnotherChat(at.visitor, ada);
    await at.visitor.read('No messages yet');
    await say(at.visitor, 'something else');
    await hearAnswer(at.visitor, 'echo: something else');
    await chooseChat(at.visitor, chat);
    await at.visitor.read(WORDS, conversation(at.visitor));
  });

  it('is given the input back where the agent fails', async () => {
    await say(at.visitor, 'Fail. #fail=caller');
    await hearAnswer(at.visitor);
    await say(at.visitor, 'But now.');
    await hearAnswer(at.visitor, 'echo: But now.');
  });

  it('takes a message back', async () => {
    await takeBack(at.visitor, 'But now.');
    await at.visitor.page.reload();
    await at.visitor.read('echo: But now.', conversation(at.visitor));
    expect(await conversation(at.visitor).getByText('But now.', { exact: true }).count()).toBe(0);
  });

  it('has a chat named after what was said', async () => {
    await openChat(at.visitor, doctor);
    for (const words of ['Hello', 'I am unhappy at work', 'Yes']) {
      await say(at.visitor, words);
      await hearAnswer(at.visitor);
    }
    await at.visitor.read(/^I am unhappy at work$/, chatButton(at.visitor));
  });

  it('empties a chat', async () => {
    await clearChat(at.visitor);
    await at.visitor.read('No messages yet');
    await at.visitor.page.reload();
    await at.visitor.read('No messages yet');
  });

  it('meets no error', () => {
    expect(at.visitor.faults).toEqual([]);
  });
});
