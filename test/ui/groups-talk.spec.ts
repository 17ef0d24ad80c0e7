import { DEFAULT_TENANT_ID } from '@app/contracts';
import { makeAgent } from '@app/testing';
import { describeAtLength } from './browser.js';
import { conversation, hearAnswer, say } from './chats.js';
import { opened } from './opened.js';
import { turnTo } from './panels.js';

describeAtLength('a group', () => {
  const at = opened(async ({ fleet }) => {
    for (const name of ['Ada', 'Bob', 'Cid']) await makeAgent(fleet.cluster.database, DEFAULT_TENANT_ID, name);
  });

  const field = () => at.visitor.page.locator('label[for="invite-agents"] + div > div').first();
  const pick = (name: string) => at.visitor.page.locator('.cursor-pointer', { hasText: new RegExp(`${name}$`) }).last();

  it('is made of two agents', async () => {
    await at.visitor.open('/');
    await turnTo(at.visitor, 'Groups');
    await at.visitor.press('Create New Group');
    await at.visitor.page.locator('#chat-name').fill('The three of us');
    await field().click();
    for (const name of ['Ada', 'Bob']) await pick(name).click();
    await at.visitor.read('2 agents selected');
    await field().click();
    await at.visitor.press('Create Group');
    await at.visitor.page.waitForURL(/\/group\/[0-9a-f-]{36}\?messageServerId=/);
    await at.visitor.read('The three of us');
    await at.visitor.page.waitForLoadState('networkidle');
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
    await at.visitor.press('Edit Group');
    await at.visitor.read('2 agents selected');
    await at.visitor.page.locator('#chat-name').fill('The four of us');
    await field().click();
    await pick('Cid').click();
    await at.visitor.read('3 agents selected');
    await field().click();
    await at.visitor.press('Update Group');
    await at.visitor.read('Group details updated successfully.');
    await at.visitor.read('The four of us');
    await say(at.visitor, 'Cid, welcome');
    await hearAnswer(at.visitor, 'echo: Cid, welcome');
  });

  it('is deleted', async () => {
    await at.visitor.press('More options');
    await at.visitor.page.getByRole('menuitem', { name: 'Delete Group' }).click();
    await at.visitor.confirm('Delete');
    await at.visitor.page.waitForURL((url) => url.pathname === '/');
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
