/** Every page, light and dark, wide and narrow: nothing that axe calls serious, and nothing wider than the screen. */
import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { missing, openBrowser, openTab, settled } from './browser.ts';
import { INCIDENT } from './mock-scene.ts';
import { startMock } from './mock-server.ts';
import { PAGES } from './place.ts';

const LOOKS = [
  { scheme: 'light', width: 1440, height: 900 },
  { scheme: 'dark', width: 390, height: 844 },
] as const;

type Tab = Awaited<ReturnType<typeof openTab>>;
type Mock = Awaited<ReturnType<typeof startMock>>;

describe('accessibility', { skip: missing }, () => {
  let browser: Browser;
  /** A tab for each look, and a server for each scene: they only read, so that pages may share them. */
  const tabs: Tab[] = [];
  const mocks = new Map<string, Mock>();
  before(async () => {
    browser = await openBrowser();
    for (const look of LOOKS) tabs.push(await openTab(browser, look));
  });
  after(async () => {
    for (const mock of mocks.values()) await mock.close();
    await browser?.close();
  });

  const mockOf = async (scene: (typeof PAGES)[number]['scene'], signedIn: boolean): Promise<Mock> => {
    const key = `${scene} ${signedIn}`;
    const mock = mocks.get(key) ?? (await startMock({ scene, signedIn }));
    mocks.set(key, mock);
    return mock;
  };

  for (const shot of [...PAGES, { name: 'sign-in', path: '/', scene: 'quiet' as const }]) {
    test(shot.name, async () => {
      const mock = await mockOf(shot.scene, shot.name !== 'sign-in');
      for (const [index, look] of LOOKS.entries()) {
        const { page } = tabs[index]!;
        await page.goto(mock.url + shot.path);
        await settled(page);
        const wide = (await page.evaluate('document.documentElement.scrollWidth')) as number;
        assert.ok(wide <= look.width, `${shot.name} is ${wide} px wide on a screen of ${look.width}`);
        const { violations } = await new AxeBuilder({ page })
          .setLegacyMode()
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
          .analyze();
        const serious = violations
          .filter((each) => each.impact === 'serious' || each.impact === 'critical')
          .map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(' ')).join(' | ')}`);
        assert.deepEqual(serious, [], `${shot.name} ${look.scheme} ${look.width}`);
      }
    });
  }

  test('dialogs and the palette', async () => {
    const mock = await mockOf('accepted', true);
    const { page } = tabs[1]!;
    const press = (name: string) => (): Promise<void> =>
      page.getByRole('button', { name, exact: true }).first().click();
    const key = (name: string) => (): Promise<void> => page.keyboard.press(name);
    const here = `/incidents/${INCIDENT}`;
    for (const [path, open] of [
      ['/', key('Control+k')],
      ['/', key('?')],
      ['/alerts', press('Silence')],
      ['/maintenance', press('Announce work')],
      ['/duty', press('Stand in')],
      ['/duty', press('Ask for a swap')],
      ['/levels', press('Add an event')],
      ['/settings', press('New token')],
      [here, key('u')],
      [here, key('m')],
      [here, press('Hand over')],
    ] as const) {
      await page.goto(mock.url + path);
      await settled(page);
      await open();
      await page.getByRole('dialog').waitFor();
      // It fades in: half-transparent words have less contrast than they will have.
      await page.waitForTimeout(300);
      const { violations } = await new AxeBuilder({ page }).include('[role="dialog"]').analyze();
      const serious = violations.filter((each) => each.impact === 'serious' || each.impact === 'critical');
      assert.deepEqual(
        serious.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(' | ')}`),
        [],
        path,
      );
      const wide = (await page.evaluate('document.documentElement.scrollWidth')) as number;
      assert.equal(wide, LOOKS[1].width, path);
    }
  });
});
