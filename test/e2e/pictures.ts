/** Writes a picture of every page, light and dark, wide and narrow: node test/e2e/pictures.ts [folder] [name…]. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { missing, openBrowser, openTab } from './browser.ts';
import { startMock } from './mock-server.ts';
import { PAGES } from './place.ts';

/** An evening in November with members under way: 18:20 in Berlin. */
const NOW = Date.UTC(2026, 10, 24, 17, 20, 8);

if (missing !== false) throw new Error(missing);
const [folder = '/tmp/pictures', ...names] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await openBrowser();
const looks = [
  { scheme: 'light', width: 1440, height: 900 },
  { scheme: 'dark', width: 1440, height: 900 },
  { scheme: 'light', width: 390, height: 844 },
  { scheme: 'dark', width: 390, height: 844 },
] as const;
const shots = [...PAGES, { name: 'sign-in', path: '/', scene: 'quiet' as const }];
for (const look of looks) {
  const { context, page, errors } = await openTab(browser, look);
  for (const shot of shots) {
    const file = `${shot.name}-${look.width}-${look.scheme}`;
    if (names.length > 0 && !names.some((name) => file.startsWith(name))) continue;
    const mock = await startMock({ scene: shot.scene, signedIn: shot.name !== 'sign-in', now: NOW });
    await page.setViewportSize({ width: look.width, height: look.height });
    await page.clock.setSystemTime(NOW);
    await page.goto(mock.url + shot.path);
    await page.locator('h1').first().waitFor();
    await page.waitForTimeout(500);
    const wide = (await page.evaluate('document.documentElement.scrollWidth')) as number;
    if (wide > look.width) console.log(`${file} is ${wide} px wide`);
    // The whole page as one screen, so that what sticks to the screen's edges does not lie over the middle.
    const tall = (await page.evaluate('document.documentElement.scrollHeight')) as number;
    await page.setViewportSize({ width: look.width, height: Math.max(look.height, tall) });
    await page.waitForTimeout(150);
    await page.screenshot({ path: join(folder, `${file}.png`) });
    await page.goto('about:blank');
    await mock.close();
  }
  if (errors.length > 0) console.log(look, errors);
  await context.close();
}
await browser.close();
