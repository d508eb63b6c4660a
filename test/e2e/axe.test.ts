/** Every page, light and dark, wide and narrow: nothing that axe calls serious, and nothing wider than the screen. */
import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { missing, openBrowser, openTab } from './browser.ts';
import { startMock } from './mock-server.ts';
import { PAGES } from './place.ts';

const LOOKS = [
  { scheme: 'light', width: 1440, height: 900 },
  { scheme: 'dark', width: 390, height: 844 },
] as const;

describe('accessibility', { skip: missing }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());

  for (const shot of [...PAGES, { name: 'sign-in', path: '/', scene: 'quiet' as const }]) {
    test(shot.name, async () => {
      for (const look of LOOKS) {
        const mock = await startMock({ scene: shot.scene, signedIn: shot.name !== 'sign-in' });
        const { context, page } = await openTab(browser, look);
        await page.goto(mock.url + shot.path);
        await page.locator('h1').first().waitFor();
        await page.waitForLoadState('networkidle', { timeout: 1_500 }).catch(() => undefined);
        const wide = (await page.evaluate('document.documentElement.scrollWidth')) as number;
        assert.ok(wide <= look.width, `${shot.name} is ${wide} px wide on a screen of ${look.width}`);
        const { violations } = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
          .analyze();
        const serious = violations
          .filter((each) => each.impact === 'serious' || each.impact === 'critical')
          .map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(' ')).join(' | ')}`);
        assert.deepEqual(serious, [], `${shot.name} ${look.scheme} ${look.width}`);
        await context.close();
        await mock.close();
      }
    });
  }

  test('a dialog', async () => {
    const mock = await startMock({ scene: 'accepted' });
    const { context, page } = await openTab(browser, { scheme: 'dark' });
    await page.goto(`${mock.url}/alerts`);
    await page.getByRole('button', { name: 'Silence', exact: true }).first().click();
    await page.getByRole('dialog').waitFor();
    await page.waitForTimeout(400);
    const { violations } = await new AxeBuilder({ page }).include('[role="dialog"]').analyze();
    const serious = violations.filter((each) => each.impact === 'serious' || each.impact === 'critical');
    assert.deepEqual(
      serious.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(' | ')}`),
      [],
    );
    await context.close();
    await mock.close();
  });
});
