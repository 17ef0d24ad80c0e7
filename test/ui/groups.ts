import type { Locator } from 'playwright-core';
import { turnTo } from './panels.js';
import type { Visitor } from './visitor.js';

/** Makes a group of these agents, and goes there. */
export async function makeGroup(visitor: Visitor, group: { name: string; agents: string[] }): Promise<void> {
  await visitor.open('/');
  await turnTo(visitor, 'Groups');
  await visitor.press('Create New Group');
  await visitor.page.locator('#chat-name').fill(group.name);
  await chooseAgents(visitor, group.agents);
  await visitor.press('Create Group');
  await visitor.page.waitForURL(/\/group\/[0-9a-f-]{36}\?messageServerId=/);
  await visitor.read(group.name);
  // the web UI forgets what is sent before it has read what was said
  await visitor.page.waitForLoadState('networkidle');
}

/** Renames the group that is open, and takes further agents in. */
export async function changeGroup(visitor: Visitor, change: { name: string; agents: string[] }): Promise<void> {
  await visitor.press('Edit Group');
  await visitor.read(/\d agents? selected/);
  await visitor.page.locator('#chat-name').fill(change.name);
  await chooseAgents(visitor, change.agents);
  await visitor.press('Update Group');
  await visitor.read('Group details updated successfully.');
  await visitor.read(change.name);
}

/** Deletes the group that is open. */
export async function deleteGroup(visitor: Visitor): Promise<void> {
  await visitor.press('More options');
  await visitor.page.getByRole('menuitem', { name: 'Delete Group' }).click();
  await visitor.confirm('Delete');
  await visitor.page.waitForURL((url) => url.pathname === '/');
}

async function chooseAgents(visitor: Visitor, names: string[]): Promise<void> {
  await field(visitor).click();
  for (const name of names) {
    await visitor.page
      .locator('.cursor-pointer', { hasText: new RegExp(`${name}$`) })
      .last()
      .click();
  }
  await field(visitor).click();
}

function field(visitor: Visitor): Locator {
  return visitor.page.locator('label[for="invite-agents"] + div > div').first();
}
