/** The browser of the tests: Debian's Chromium, headless, talking to nobody but the page. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { DIST } from './mock-server.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Why the tests cannot run here, or false when they can. */
export const missing: string | false = !existsSync(CHROMIUM)
  ? `no Chromium at ${CHROMIUM}; set CHROMIUM to one`
  : existsSync(join(DIST, 'index.html'))
    ? false
    : 'web/dist is not built; build it with: node node_modules/vite/bin/vite.js build web';

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

interface TabOptions {
  width?: number;
  height?: number;
  scheme?: 'light' | 'dark';
  language?: string;
}

/** A fresh context with one page that fails the test on any error of the page or refusal by its policy. */
export async function openTab(
  browser: Browser,
  options: TabOptions = {},
): Promise<{ context: BrowserContext; page: Page; errors: string[] }> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.scheme ?? 'light',
    locale: options.language ?? 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
  context.setDefaultTimeout(8_000);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    // Answers of 4xx that a page handles are logged by the browser itself and are not the page's errors.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      errors.push(message.text());
  });
  return { context, page, errors };
}

/** Waits until a page shows its heading, nothing stands for what still loads, and its text has stood still for a moment. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  let before = '';
  for (let still = 0, tries = 0; still < 3 && tries < 50; tries++) {
    const text = (await page.evaluate(
      'document.querySelector(".mantine-Skeleton-root") ? "" : document.body.innerHTML',
    )) as string;
    still = text !== '' && text === before ? still + 1 : 0;
    before = text;
    await page.waitForTimeout(60);
  }
}
