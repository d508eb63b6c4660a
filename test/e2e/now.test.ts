/** What the duty officer sees and does on the one screen. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { missing, openBrowser, openTab } from './browser.ts';
import { startMock, type Mock } from './mock-server.ts';
import { INCIDENT, sceneOf, type SceneName } from './mock-scene.ts';

describe('the duty officer’s screen', { skip: missing }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());

  async function at(scene: SceneName, path = '/', options: { signedIn?: boolean; language?: string } = {}) {
    const mock = await startMock({ scene, ...(options.signedIn === undefined ? {} : { signedIn: options.signedIn }) });
    const tab = await openTab(browser, options.language === undefined ? {} : { language: options.language });
    await tab.page.goto(mock.url + path);
    const end = async () => {
      await tab.context.close();
      await mock.close();
      assert.deepEqual(tab.errors, [], 'the page reports no error of its own');
    };
    return { mock, page: tab.page, end };
  }

  function accepts(mock: Mock): string[] {
    return mock.verbs.filter((verb) => verb.endsWith('/accept'));
  }

  test('a wrong password is refused in words, the right one enters', async () => {
    const { page, end } = await at('quiet', '/', { signedIn: false });
    await page.getByLabel('Name').fill('amira');
    await page.getByRole('textbox', { name: 'Password' }).fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Name or password is wrong.').waitFor();
    await page.getByRole('textbox', { name: 'Password' }).fill('lantern');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'All is as expected', level: 1 }).waitFor();
    await end();
  });

  test('one key accepts the open incident', async () => {
    const { mock, page, end } = await at('fresh');
    await page.getByRole('heading', { name: 'One incident needs you' }).waitFor();
    await page.keyboard.press('a');
    await page.getByRole('heading', { name: 'One incident, in good hands' }).waitFor();
    await page.getByText('with Amira Haddad').waitFor();
    assert.deepEqual(accepts(mock), [`POST /ops/v1/incidents/${INCIDENT}/accept`]);
    await end();
  });

  test('the key does nothing while a person types, and "g a" goes to the alerts', async () => {
    const { mock, page, end } = await at('fresh');
    await page.getByRole('heading', { name: 'One incident needs you' }).waitFor();
    await page.keyboard.press('o');
    await page.keyboard.type('a car at Alexanderplatz');
    assert.equal(await page.getByLabel('What did the member say?').inputValue(), 'a car at Alexanderplatz');
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.getByRole('heading', { name: 'Alerts', level: 1 }).waitFor();
    assert.deepEqual(accepts(mock), []);
    await end();
  });

  test('an observation is recorded from the keyboard alone', async () => {
    const { mock, page, end } = await at('accepted');
    await page.getByText('Record an observation').waitFor();
    await page.keyboard.press('o');
    await page.keyboard.type('Car does not lock');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Recorded. Thank you.').waitFor();
    assert.equal(mock.scene.observations[0]?.text, 'Car does not lock');
    assert.equal(await page.getByLabel('What did the member say?').inputValue(), '');
    await end();
  });

  test('an event of the stream changes the screen without a reload, over one stream per tab', async () => {
    const { mock, page, end } = await at('quiet');
    await page.getByRole('heading', { name: 'All is as expected', level: 1 }).waitFor();
    await page.locator('.rail .live.live').getByText('Live').waitFor();
    mock.scene = sceneOf('fresh', Date.now());
    mock.tell('incident', INCIDENT);
    await page.getByRole('heading', { name: 'One incident needs you' }).waitFor();
    await page.getByRole('link', { name: 'Duty', exact: true }).first().click();
    await page.getByRole('heading', { name: 'Duty', level: 1 }).waitFor();
    assert.equal(mock.listeners(), 1);
    await end();
  });

  test('a lost connection is said, and what was missed is fetched when it is back', async () => {
    const { mock, page, end } = await at('quiet');
    await page.locator('.rail .live.live').getByText('Live').waitFor();
    mock.cut(true);
    await page.getByText('The connection to the server is lost.', { exact: false }).waitFor();
    mock.scene = sceneOf('fresh', Date.now());
    mock.cut(false);
    await page.getByRole('heading', { name: 'One incident needs you' }).waitFor();
    await page.getByText('The connection to the server is lost.', { exact: false }).waitFor({ state: 'detached' });
    await end();
  });

  test('a failure shows the server’s words and a way to try again', async () => {
    const mock = await startMock({ scene: 'quiet' });
    const { context, page } = await openTab(browser);
    mock.fail({ path: '/ops/v1/tickets', status: 503, detail: 'Overloaded: too many queries.' });
    await page.goto(`${mock.url}/tickets`);
    await page.getByText('Overloaded: too many queries.').waitFor();
    mock.fail(null);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Second payment vendor for card payments').waitFor();
    await context.close();
    await mock.close();
  });

  test('a session that ended shows the sign-in page', async () => {
    const { mock, page, end } = await at('quiet');
    await page.getByRole('heading', { name: 'All is as expected', level: 1 }).waitFor();
    mock.signedIn = false;
    await page.getByRole('link', { name: 'Tickets' }).first().click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await end();
  });

  test('the language follows the browser and can be switched', async () => {
    const { page, end } = await at('fresh', '/', { language: 'de-DE' });
    await page.getByRole('heading', { name: 'Eine Störung braucht dich' }).waitFor();
    // German words are longer: on a phone they must fit as well.
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('link', { name: 'Vehicles over Carrier North silent in Berlin' }).first().click();
    await page.getByRole('button', { name: 'Mitglieder informieren' }).waitFor();
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goBack();
    await page.getByRole('heading', { name: 'Eine Störung braucht dich' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'de');
    await page.getByRole('button', { name: 'Darstellung, Sprache und Konto' }).click();
    await page.getByRole('menuitem', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'One incident needs you' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'One incident needs you' }).waitFor();
    await end();
  });
});
