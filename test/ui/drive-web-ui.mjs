/**
 * Drives the web UI of ElizaOS through a running system, as a person would: home, a new chat, a message, its answer,
 * the page loaded anew, the agent's settings, the log.
 *
 *   node test/ui/drive-web-ui.mjs http://127.0.0.1:3000 [folder for screenshots]
 *
 * The gateway serves the UI with ELIZA_UI_DIR: `npm pack @elizaos/client@1.7.2`, unpack, take its `dist`. CHROMIUM names
 * the browser, /usr/bin/chromium when not set.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

const [address = 'http://127.0.0.1:3000', shots] = process.argv.slice(2);
if (shots) mkdirSync(shots, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
const faults = [];
page.on('response', (response) => {
  const { pathname } = new URL(response.url());
  if (response.url().startsWith(address) && response.status() >= 400) {
    faults.push(`${response.request().method()} ${pathname} → ${response.status()}`);
  }
});
page.on('pageerror', (error) => faults.push(`page: ${error.message}`));
page.on('console', (line) => {
  if (line.type() === 'error' && !/Failed to load resource/.test(line.text())) faults.push(`console: ${line.text()}`);
});

const say = (line) => process.stdout.write(`${line}\n`);

let failed = 0;
async function step(name, work) {
  try {
    await work();
    say(`ok      ${name}`);
  } catch (error) {
    failed++;
    say(`FAILED  ${name}: ${error.message.split('\n')[0]}`);
  }
  if (shots) await page.screenshot({ path: path.join(shots, `${name.replaceAll(' ', '-')}.png`) });
}

const { data } = await (await fetch(`${address}/api/agents`)).json();
const agent = data.agents.find((one) => one.status === 'active');
const words = `hello ${Date.now()}`;

await step('home', async () => {
  await page.addInitScript(() => localStorage.setItem('eliza-onboarding-completed', 'true'));
  await page.goto(address);
  await page.getByText(agent.name).first().waitFor({ timeout: 15_000 });
  await page.keyboard.press('Escape');
});
await step('new chat', async () => {
  await page.goto(`${address}/chat/${agent.id}`);
  await page.locator('textarea').first().waitFor({ timeout: 15_000 });
});
await step('send', async () => {
  const input = page.locator('textarea').first();
  await input.fill(words);
  await input.press('Enter');
  await page.getByText(words).first().waitFor({ timeout: 10_000 });
});
await step('answer', async () => {
  // an answer is shown with its time of day
  await page.waitForFunction(
    (said) => /\S+\s+\d{1,2}:\d\d [AP]M/.test(document.body.innerText.split(said).slice(1).join(said)),
    words,
    { timeout: 15_000 },
  );
});
await step('reload', async () => {
  await page.reload();
  await page.getByText(words).first().waitFor({ timeout: 15_000 });
});
await step('agent page', async () => {
  await page.goto(`${address}/settings/${agent.id}`);
  await page.locator(`input[value="${agent.name}"]`).first().waitFor({ timeout: 15_000 });
});
await step('settings page', async () => {
  await page.goto(`${address}/settings/`);
  await page
    .getByText(/Environment|Variables/)
    .first()
    .waitFor({ timeout: 15_000 });
});
await step('logs page', async () => {
  await page.goto(`${address}/logs`);
  await page
    .getByText(/A turn was answered/)
    .first()
    .waitFor({ timeout: 15_000 });
});

for (const fault of new Set(faults)) say(`fault   ${fault}`);
await browser.close();
process.exitCode = failed > 0 ? 1 : 0;
