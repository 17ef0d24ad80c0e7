import { DEFAULT_TENANT_ID, type Uuid } from '@app/contracts';
import { makeAgent } from '@app/testing';
import { describeAtLength } from './browser.js';
import { conversation, hearAnswer, openChat, say } from './chats.js';
import { opened } from './opened.js';
import { choose, openPanel, turnTo } from './panels.js';

const FORM = ['Basic', 'Content', 'Style', 'Plugins', 'Secret', 'Avatar'];

describeAtLength('the panel beside a chat', () => {
  let ada: Uuid;
  const at = opened(async ({ fleet, visitor }) => {
    ada = await makeAgent(fleet.cluster.database, DEFAULT_TENANT_ID, 'Ada');
    await openChat(visitor, ada);
    await say(visitor, 'what do you see?');
    await hearAnswer(visitor, 'echo: what do you see?');
    await openPanel(visitor);
  });

  it('has all of the settings, and changes them', async () => {
    for (const name of FORM) await turnTo(at.visitor, name);
    await turnTo(at.visitor, 'Basic');
    await at.visitor.page.locator('input[name="username"]').fill('countess');
    await at.visitor.page.locator('textarea[name="system"]').fill('Be brief.');
    await at.visitor.press('Save');
    await at.visitor.read('Agent updated successfully');
    expect(await at.fleet.ask(`/agents/${ada}`)).toMatchObject({ username: 'countess', system: 'Be brief.' });
  });

  it('has the runs of the agent with their steps', async () => {
    await turnTo(at.visitor, 'Timeline');
    await at.visitor.read('TEXT_LARGE');
    await at.visitor.read('AGENT INVOCATION');
  });

  it('has the calls of its models, and forgets one', async () => {
    await turnTo(at.visitor, 'Model Calls');
    await at.visitor.read('Tokens:');
    await at.visitor.page.getByText('TEXT_LARGE').first().hover();
    await at.visitor.page.locator('button:has(svg.lucide-trash-2)').last().click();
    await at.visitor.confirm('Delete');
    await at.visitor.read('Actions will appear here');
  });

  it('has what it remembers, of all chats and of this one', async () => {
    await turnTo(at.visitor, 'Memories');
    for (const kind of ['Current Chat', 'Agent Messages', 'User Messages', 'All Messages']) {
      await choose(at.visitor, kind);
      await at.visitor.read(/what do you see\?/, at.visitor.page.getByRole('tabpanel'));
    }
    await choose(at.visitor, 'Facts');
    await at.visitor.page.getByRole('tabpanel').getByText('what do you see?').first().waitFor({ state: 'detached' });
    await choose(at.visitor, 'All Messages');
  });

  it('changes what it remembers', async () => {
    await at.visitor.page.getByTitle('Edit memory').last().click({ force: true });
    const editor = at.visitor.page.getByRole('dialog').locator('textarea');
    await editor.fill((await editor.inputValue()).replace('what do you see?', 'what do you hear?'));
    await at.visitor.press('Save Changes');
    await at.visitor.read('what do you hear?', at.visitor.page.getByRole('tabpanel'));
  });

  it('has the log, and hears it live', async () => {
    await turnTo(at.visitor, 'Logs');
    await at.visitor.read('A turn was answered');
    // lines that come live take the place of those that were fetched
    for (const words of ['once', 'twice']) {
      await say(at.visitor, words);
      await hearAnswer(at.visitor, `echo: ${words}`);
    }
    await at.visitor.page.getByText('A turn was answered').nth(1).waitFor();
  });

  it('leaves the chat as it was', async () => {
    await at.visitor.read('echo: what do you see?', conversation(at.visitor));
  });

  it('meets no error', () => {
    expect(at.visitor.faults).toEqual([]);
  });
});
