import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { chromiumProgram } from './browser.js';

const PATIENCE_MS = 15_000;

/** What the web UI asks of others: each gets an empty answer, as the tests have no way out. */
const ELSEWHERE: [address: RegExp, answer: object][] = [
  [/^https:\/\/api\.github\.com\//, {}],
  [/^https:\/\/raw\.githubusercontent\.com\//, {}],
  [/^https:\/\/api\.elevenlabs\.io\//, { voices: [] }],
];

/** Somebody who uses the web UI in a browser of their own, and notes what goes wrong there. */
export class Visitor {
  /** Failed requests, and errors that the page threw or wrote to its console. */
  readonly faults: string[] = [];

  private constructor(
    private readonly browser: Browser,
    readonly page: Page,
    private readonly address: string,
  ) {}

  /** Opens a browser. Whoever gets one leaves. */
  static async arrive(address: string): Promise<Visitor> {
    const browser = await chromium.launch({ executablePath: chromiumProgram, args: ['--no-sandbox'] });
    const page = await browser.newPage({ viewport: { width: 1500, height: 950 } });
    page.setDefaultTimeout(PATIENCE_MS);
    await page.addInitScript({ content: "localStorage.setItem('eliza-onboarding-completed', 'true')" });
    for (const [elsewhere, answer] of ELSEWHERE) {
      await page.route(elsewhere, (route) =>
        route.fulfill({ json: answer, headers: { 'access-control-allow-origin': '*' } }),
      );
    }
    const visitor = new Visitor(browser, page, address);
    visitor.noteFaults();
    return visitor;
  }

  /** Opens a page of the web UI. */
  async open(pathname: string): Promise<void> {
    await this.page.goto(this.address + pathname);
  }

  /** Waits until these words can be read. */
  async read(words: string | RegExp, within: Page | Locator = this.page): Promise<void> {
    await within.getByText(words).first().waitFor();
  }

  /** Presses the button of that name. */
  async press(name: string | RegExp, within: Page | Locator = this.page): Promise<void> {
    await within.getByRole('button', { name }).first().click();
  }

  /** Says yes to the dialog that is open. */
  async confirm(name: string): Promise<void> {
    await this.press(name, this.page.getByRole('alertdialog'));
  }

  /** A picture of the page, in the folder that UI_SHOTS names, if it names one. */
  async show(name: string): Promise<void> {
    const folder = process.env['UI_SHOTS'];
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    const file = `${name.replace('in the web UI, ', '').replaceAll(/\W+/g, '-')}.png`;
    await this.page.screenshot({ path: path.join(folder, file) });
  }

  async leave(): Promise<void> {
    await this.browser.close();
  }

  private noteFaults(): void {
    const { page, faults } = this;
    page.on('response', (response) => {
      if (response.status() >= 400) {
        const request = response.request();
        faults.push(`${request.method()} ${pathOf(response.url())}: ${response.status()}`);
      }
    });
    page.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? 'failed';
      // whoever leaves a page breaks off what it asked for
      if (reason !== 'net::ERR_ABORTED') faults.push(`${request.method()} ${pathOf(request.url())}: ${reason}`);
    });
    page.on('pageerror', (error) => faults.push(`page: ${error.message}`));
    page.on('console', (line) => {
      // what failed to load is known with its status already
      if (line.type() !== 'error' || line.text().startsWith('Failed to load resource')) return;
      faults.push(`console: ${line.text().split('\n')[0]}`);
    });
  }
}

function pathOf(url: string): string {
  return URL.parse(url)?.pathname ?? url;
}
