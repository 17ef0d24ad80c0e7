import type { Uuid } from '@app/contracts';
import { until } from '@app/testing';
import type { Locator } from 'playwright-core';
import type { PICTURE } from './picture.js';
import type { Visitor } from './visitor.js';

/** Opens the conversation with an agent; the web UI makes the first channel by itself. Answers the channel's id. */
export async function openChat(visitor: Visitor, agentId: Uuid): Promise<Uuid> {
  await visitor.open(`/chat/${agentId}`);
  const chat = await currentChat(visitor, agentId);
  // the web UI forgets what is sent before it has read what was said
  await visitor.page.waitForLoadState('networkidle');
  return chat;
}

/** Presses "New Chat", and answers the id of the channel that is then shown. */
export async function startAnotherChat(visitor: Visitor, agentId: Uuid): Promise<Uuid> {
  const before = await currentChat(visitor, agentId);
  await visitor.press('New Chat');
  await visitor.page.waitForURL((url) => isChat(url, agentId) && !url.pathname.endsWith(before));
  return currentChat(visitor, agentId);
}

/** Types and sends, and waits until the message stands in the conversation. */
export async function say(visitor: Visitor, words: string): Promise<void> {
  await input(visitor).fill(words);
  await input(visitor).press('Enter');
  await visitor.read(words, conversation(visitor));
}

/** Waits until the agent has answered, with these words if any are given, and the input is given back. */
export async function hearAnswer(visitor: Visitor, words?: string | RegExp): Promise<void> {
  if (words !== undefined) await visitor.read(words, conversation(visitor));
  await input(visitor).and(visitor.page.locator(':enabled')).waitFor();
}

/** Chooses a file to go with the next message. */
export async function attach(visitor: Visitor, file: typeof PICTURE): Promise<void> {
  await visitor.page.getByTestId('chat-container').locator('input[type="file"]').setInputFiles(file);
  await visitor.page.getByAltText('Selected file').waitFor();
}

/** Waits until a picture that we serve stands in the conversation, and has been drawn. */
export async function seePicture(visitor: Visitor): Promise<void> {
  const picture = conversation(visitor).locator('img[src*="/media/"]').first();
  await picture.waitFor();
  await until('the picture was drawn', () =>
    picture.evaluate((image: { naturalWidth?: number }) => (image.naturalWidth ?? 0) > 0),
  );
}

/** Deletes the message of these words. */
export async function takeBack(visitor: Visitor, words: string): Promise<void> {
  const bubble = conversation(visitor).locator('.group').filter({ hasText: words }).first();
  await bubble.hover();
  await bubble.getByRole('button').last().click();
  await conversation(visitor).getByText(words, { exact: true }).waitFor({ state: 'detached' });
}

/** Deletes all messages of the chat. */
export async function clearChat(visitor: Visitor): Promise<void> {
  await visitor.press('More options');
  await visitor.page.getByRole('menuitem', { name: 'Clear Chat' }).click();
  await visitor.confirm('Clear');
}

/** Goes to another chat with the same agent. */
export async function chooseChat(visitor: Visitor, id: Uuid): Promise<void> {
  const agentId = new URL(visitor.page.url()).pathname.split('/')[2]!;
  await chatButton(visitor).click();
  await visitor.page.getByRole('menuitem').last().click();
  await visitor.page.waitForURL((url) => isChat(url, agentId) && url.pathname.endsWith(id));
}

/** The button with the name of the chat, which opens the list of all of them. */
export function chatButton(visitor: Visitor): Locator {
  return visitor.page.locator('button:has(svg.lucide-clock)');
}

/** The messages. */
export function conversation(visitor: Visitor): Locator {
  return visitor.page.getByTestId('chat-messages');
}

/** Where one types. */
function input(visitor: Visitor): Locator {
  return visitor.page.getByTestId('chat-input');
}

async function currentChat(visitor: Visitor, agentId: Uuid): Promise<Uuid> {
  await visitor.page.waitForURL((url) => isChat(url, agentId));
  await input(visitor).waitFor();
  return new URL(visitor.page.url()).pathname.split('/')[3]!;
}

function isChat(url: URL, agentId: Uuid): boolean {
  return url.pathname.startsWith(`/chat/${agentId}/`);
}
