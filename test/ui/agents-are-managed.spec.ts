import type { Uuid } from '@app/contracts';
import { describeAtLength } from './browser.js';
import { hearAnswer, openChat, say } from './chats.js';
import { opened } from './opened.js';
import { turnTo } from './panels.js';
import { PICTURE } from './picture.js';

describeAtLength('an agent', () => {
  let grace: Uuid;
  const at = opened();

  const card = () => at.visitor.page.getByTestId('agent-card').filter({ hasText: 'Grace' });
  const toggle = () => card().getByRole('switch');

  it('is made', async () => {
    await at.visitor.open('/create');
    await at.visitor.page.locator('input[name="name"]').fill('Grace');
    await at.visitor.page.locator('textarea[name="system"]').fill('Be exact.');
    await at.visitor.press('Save');
    await card().waitFor();
    const { agents } = await at.fleet.ask<{ agents: { id: Uuid; name: string; status: string }[] }>('/agents');
    const made = agents.find(({ name }) => name === 'Grace');
    expect(made).toMatchObject({ status: 'inactive' });
    grace = made!.id;
  });

  it('is started at home', async () => {
    await toggle().click();
    await toggle().and(at.visitor.page.locator('[data-state="checked"]:enabled')).waitFor();
  });

  it('answers', async () => {
    await openChat(at.visitor, grace);
    await say(at.visitor, 'hello');
    await hearAnswer(at.visitor, 'echo: hello');
  });

  it('is stopped at home, and started where one wants to chat', async () => {
    await at.visitor.open('/');
    await toggle().click();
    await toggle().and(at.visitor.page.locator('[data-state="unchecked"]:enabled')).waitFor();
    await at.visitor.open(`/chat/${grace}`);
    await at.visitor.read('Grace is not active.');
    await at.visitor.press('Start Agent');
    await at.visitor.read('echo: hello');
  });

  it('is changed: its words, its style and its secrets', async () => {
    await at.visitor.open(`/settings/${grace}`);
    await at.visitor.page.locator('textarea[name="system"]').fill('Be kind.');
    await turnTo(at.visitor, 'Secret');
    await at.visitor.page.getByPlaceholder('VARIABLE_NAME').first().fill('SOME_KEY');
    await at.visitor.page.getByPlaceholder('Enter value...').first().fill('a secret');
    await at.visitor.press('Add');
    await at.visitor.press('Save');
    await at.visitor.read('Agent updated successfully');
    const agent = await at.fleet.ask<{ system: string; settings: object }>(`/agents/${grace}`);
    expect(agent.system).toBe('Be kind.');
    expect(JSON.stringify(agent)).not.toContain('a secret');
    expect(agent.settings).toHaveProperty('secrets.SOME_KEY');
  });

  it('is given a picture that shows', async () => {
    await at.visitor.open(`/settings/${grace}`);
    await turnTo(at.visitor, 'Avatar');
    await at.visitor.page.locator('input[type="file"][accept="image/*"]').setInputFiles(PICTURE);
    await at.visitor.page.getByAltText('Agent Avatar').waitFor();
    await at.visitor.press('Save');
    await at.visitor.read('Agent updated successfully');
    await at.visitor.open('/');
    await at.visitor.page.getByTestId('app-sidebar').locator('img[src^="data:image/"]').waitFor();
  });

  it('is stopped in its settings', async () => {
    await at.visitor.open(`/settings/${grace}`);
    await at.visitor.press('More options');
    await at.visitor.page.getByRole('menuitem', { name: 'Stop Agent' }).click();
    await at.visitor.read(/stopped/);
    await at.visitor.open('/');
    await toggle().and(at.visitor.page.locator('[data-state="unchecked"]')).waitFor();
  });

  it('is deleted', async () => {
    await at.visitor.open(`/settings/${grace}`);
    await at.visitor.press('More options');
    await at.visitor.page.getByRole('menuitem', { name: 'Delete Agent' }).click();
    await at.visitor.confirm('Delete');
    await at.visitor.read('Agent deleted successfully');
    await card().waitFor({ state: 'detached' });
  });

  it('meets no error', () => {
    expect(at.visitor.faults).toEqual([]);
  });
});
