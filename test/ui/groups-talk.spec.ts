import { DEFAULT_TENANT_ID } from '@app/contracts';
import { makeAgent } from '@app/testing';
import { describeAtLength } from './browser.js';
import { conversation, hearAnswer, say } from './chats.js';
import { changeGroup, deleteGroup, makeGroup } from './groups.js';
import { opened } from './opened.js';
import { turnTo } from './panels.js';

describeAtLength('a group', () => {
  const at = opened(async ({ fleet }) => {
    for (const name of ['Ada', 'Bob', 'Cid']) await makeAgent(fleet.cluster.database, DEFAULT_TENANT_ID, name);
  });

  it('is made of two agents', async () => {
    await makeGroup(at.visitor, { name: 'The three of us', agents: ['Ada', 'Bob'] });
  });

  it('is answered by the one who is spoken to', async () => {
    await say(at.visitor, 'Bob, good morning');
    await hearAnswer(at.visitor, 'echo: Bob, good morning');
    expect(await answers()).toEqual(['echo: Bob, good morning']);
  });

  it('is answered by both when both are spoken to', async () => {
    await say(at.visitor, 'Ada, Bob! #reply=here I am');
    await conversation(at.visitor)
      .getByText(/^here I am$/)
      .nth(1)
      .waitFor();
    await at.visitor.read('Ada', conversation(at.visitor));
    await at.visitor.read('Bob', conversation(at.visitor));
  });

  it('is the same after a reload', async () => {
    await at.visitor.page.reload();
    await at.visitor.page.waitForLoadState('networkidle');
    await at.visitor.press('All');
    await conversation(at.visitor)
      .getByText(/^here I am$/)
      .nth(1)
      .waitFor();
  });

  it('is renamed, and has a third agent taken in', async () => {
    await changeGroup(at.visitor, { name: 'The four of us', agents: ['Cid'] });
    await say(at.visitor, 'Cid, welcome');
    await hearAnswer(at.visitor, 'echo: Cid, welcome');
  });

  it('is deleted', async () => {
    await deleteGroup(at.visitor);
    await turnTo(at.visitor, 'Groups');
    await at.visitor.read('No group channels in this server.');
  });

  it('meets no error', () => {
    expect(at.visitor.faults).toEqual([]);
  });

  /** What agents said. */
  function answers(): Promise<string[]> {
    return conversation(at.visitor).locator('p').allInnerTexts();
  }
});
