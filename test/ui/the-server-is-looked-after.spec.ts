import { DEFAULT_TENANT_ID, type Uuid } from '@app/contracts';
import { makeAgent } from '@app/testing';
import { describeAtLength } from './browser.js';
import { hearAnswer, openChat, say } from './chats.js';
import { opened } from './opened.js';

describeAtLength('whoever looks after the server', () => {
  let ada: Uuid;
  const at = opened(async ({ fleet }) => {
    ada = await makeAgent(fleet.cluster.database, DEFAULT_TENANT_ID, 'Ada');
  });

  it('reads the log of all processes', async () => {
    await openChat(at.visitor, ada);
    await say(at.visitor, 'hello');
    await hearAnswer(at.visitor, 'echo: hello');
    await at.visitor.open('/logs');
    await at.visitor.read('A turn was answered');
  });

  it('empties the log', async () => {
    await at.visitor.press('Clear All Logs');
    await at.visitor.confirm('Delete');
    await at.visitor.page.getByText('A turn was answered').waitFor({ state: 'detached' });
  });

  it('keeps a setting of everybody', async () => {
    await at.visitor.open('/settings/');
    await at.visitor.page.locator('#secret-name').fill('OPENAI_API_KEY');
    await at.visitor.page.locator('#secret-value').fill('sk-of-the-tenant');
    await at.visitor.press('Add');
    await at.visitor.press('Save Changes');
    await at.visitor.read('Environment variables updated successfully!');
    await at.visitor.page.reload();
    await at.visitor.read('OPENAI_API_KEY');
    expect(await at.fleet.ask('/system/env/local')).toEqual({ OPENAI_API_KEY: '********' });
  });

  it('takes the setting back', async () => {
    await at.visitor.page.locator('button:has(svg.lucide-ellipsis-vertical)').click();
    await at.visitor.press('Remove');
    await at.visitor.press('Save Changes');
    await at.visitor.read('Environment variables updated successfully!');
    expect(await at.fleet.ask('/system/env/local')).toEqual({});
  });

  it('meets no error', () => {
    expect(at.visitor.faults).toEqual([]);
  });
});
