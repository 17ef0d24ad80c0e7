import type { Locator } from 'playwright-core';
import type { Visitor } from './visitor.js';

/** Opens the panel beside a chat. */
export async function openPanel(visitor: Visitor): Promise<void> {
  await visitor.page.locator('button:has(svg.lucide-panel-right)').click();
  await tab(visitor, 'Details').waitFor();
}

/** Turns to a tab, of the panel or of the form in it. */
export async function turnTo(visitor: Visitor, name: string): Promise<void> {
  await tab(visitor, name).click();
}

/** Chooses from the only list of the open tab. */
export async function choose(visitor: Visitor, option: string): Promise<void> {
  await visitor.page.getByRole('tabpanel').getByRole('combobox').click();
  await visitor.page.getByRole('option', { name: option }).click();
}

function tab(visitor: Visitor, name: string): Locator {
  return visitor.page.getByRole('tab', { name, exact: true });
}
