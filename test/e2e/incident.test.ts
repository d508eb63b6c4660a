/** The verbs on an incident, a retro's improvement and the public page. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { missing, openBrowser, openTab } from './browser.ts';
import { startMock } from './mock-server.ts';
import { INCIDENT, type SceneName } from './mock-scene.ts';

describe('pages behind the screen', { skip: missing }, () => {
  let browser: Browser;
  let tab: Awaited<ReturnType<typeof openTab>>;
  before(async () => {
    browser = await openBrowser();
    // One tab for all of them: a page is left by going to the next.
    tab = await openTab(browser);
  });
  after(() => browser?.close());

  async function at(scene: SceneName, path: string) {
    const mock = await startMock({ scene });
    const { page, errors } = tab;
    await page.goto(mock.url + path);
    const end = async () => {
      await mock.close();
      assert.deepEqual(errors.splice(0), [], 'the page reports no error of its own');
    };
    return { mock, page, end };
  }

  test('going back a phase asks for a reason before it is sent', async () => {
    const { mock, page, end } = await at('accepted', `/incidents/${INCIDENT}`);
    await page.getByRole('button', { name: 'Update', exact: true }).click();
    await page.getByRole('combobox', { name: 'Phase' }).click();
    await page.getByRole('option', { name: 'Investigating' }).click();
    const save = page.getByRole('button', { name: 'Save' });
    assert.equal(await save.isDisabled(), true);
    await page.getByLabel('Reason').fill('It was another node');
    await save.click();
    await page.getByText('Updated', { exact: true }).waitFor();
    assert.equal(mock.scene.details.get(INCIDENT)?.incident.phase, 'investigating');
    await end();
  });

  test('a refused verb keeps the dialog open with the server’s words', async () => {
    const { mock, page, end } = await at('accepted', `/incidents/${INCIDENT}`);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Resolve' }).click();
    await page.getByLabel('Reason').fill('Carrier is back');
    mock.fail({ path: `/ops/v1/incidents/${INCIDENT}/resolve`, status: 409, detail: 'Somebody changed it meanwhile.' });
    await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
    await page.getByRole('dialog').getByText('Somebody changed it meanwhile.').waitFor();
    mock.fail(null);
    await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
    await page.getByRole('button', { name: 'Reopen' }).waitFor();
    await end();
  });

  test('a corrected entry keeps what it said before', async () => {
    const { page, end } = await at('accepted', `/incidents/${INCIDENT}`);
    const row = page.getByRole('listitem').filter({ hasText: 'Ticket #317 opened' });
    await row.hover();
    await row.getByRole('button', { name: 'Correct this entry' }).click();
    await page.getByLabel('What it should say').fill('Ticket #317 opened and taken by Marek');
    await page.getByLabel('Reason').fill('Marek has it');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Ticket #317 opened and taken by Marek').waitFor();
    await page.locator('s', { hasText: 'Ticket #317 opened' }).waitFor();
    await end();
  });

  test('what is hurt and not in the words to members is named, and only while the incident lasts', async () => {
    const { page, end } = await at('accepted', `/incidents/${INCIDENT}`);
    const words = page.getByRole('region', { name: 'Words to members' });
    await words.getByText('members still read that it works: Book').waitFor();
    await end();
    const fresh = await at('fresh', `/incidents/${INCIDENT}`);
    await words.getByText('Trouble with Unlock').waitFor();
    assert.equal(await words.getByText('still read').count(), 0, 'everything hurt is in the words');
    await fresh.end();
  });

  test('the chain shows what was done, what is left out and what waits', async () => {
    const { page, end } = await at('accepted', `/incidents/${INCIDENT}`);
    const chain = page.getByRole('region', { name: 'Chain of actions' });
    await chain.getByText('Page the deputy by email, log').waitFor();
    assert.equal(await chain.locator('.step.left-out').count(), 1);
    assert.equal(await chain.locator('.step.waiting').count(), 1);
    assert.equal(await chain.locator('.delivery').count(), 4);
    await end();
  });

  test('a silence says how many pages it would hide', async () => {
    const { mock, page, end } = await at('accepted', '/alerts');
    await page.getByRole('button', { name: 'Silence', exact: true }).first().click();
    await page.getByText('1 of them would page somebody.').waitFor();
    await page.getByLabel('Why').fill('Known, carrier works on it');
    await page.getByRole('dialog').getByRole('button', { name: 'Silence' }).click();
    await page.getByRole('region', { name: 'Silences' }).getByText('Known, carrier works on it').waitFor();
    assert.equal(mock.scene.silences.length, 2);
    await end();
  });

  test('an improvement shows its change and is adopted with a reason', async () => {
    const { mock, page, end } = await at('quiet', '/improvements/im-1');
    await page.getByText('Fires 8 min earlier in the incident', { exact: false }).waitFor();
    assert.equal(await page.locator('.diff tr.gone').count(), 2);
    assert.equal(await page.locator('.diff tr.new').count(), 2);
    await page.getByRole('button', { name: 'Adopt' }).click();
    await page.getByLabel('Reason').fill('One more alert a month is worth it');
    await page.getByRole('dialog').getByRole('button', { name: 'Adopt' }).click();
    await page.getByText('Adopted').first().waitFor();
    assert.equal(mock.scene.improvements[0]?.state, 'adopted');
    const inForce = page.getByRole('region', { name: 'Activated definitions' });
    await inForce.getByRole('button', { name: 'Withdraw: UnlockFailures' }).waitFor();
    await end();
  });

  test('an event is edited, and ended before its time', async () => {
    const { mock, page, end } = await at('quiet', '/levels');
    await page.getByRole('button', { name: 'Edit: Derby' }).click();
    const dialog = page.getByRole('dialog');
    assert.equal(await dialog.getByLabel('What it is').inputValue(), 'Derby');
    await dialog.getByLabel('What it is').fill('Derby with extra time');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Derby with extra time').first().waitFor();
    await page.getByRole('button', { name: 'End now: Derby with extra time' }).click();
    await page.getByText('The event has ended.').waitFor();
    const derby = mock.scene.events.find(({ id }) => id === 'evt-1');
    assert.deepEqual([derby?.title, derby?.state], ['Derby with extra time', 'over']);
    assert.deepEqual(derby?.series, { city: 'berlin' }, 'what was not edited stays');
    await end();
  });

  test('the chart has the same data as a table', async () => {
    const { page, end } = await at('recovering', '/levels/bookings');
    await page.locator('.chart canvas').waitFor();
    await page.getByText('Show the data as a table').click();
    // More than forty rows: the whole day, not a sample of it.
    await page.getByRole('table').getByRole('row').nth(40).waitFor();
    await end();
  });

  test('the public page needs no session and speaks both languages', async () => {
    const mock = await startMock({ scene: 'accepted', signedIn: false });
    const { context, page, errors } = await openTab(browser);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(`${mock.url}/status`);
    await page.getByText('There is an interruption').waitFor();
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await page.getByText('Es gibt eine Störung').waitFor();
    await page.getByText('Minuten während der Störung werden nicht berechnet', { exact: false }).waitFor();
    assert.deepEqual(
      asked.filter((path) => path.startsWith('/ops/')),
      [],
    );
    assert.deepEqual(errors, []);
    await context.close();
    await mock.close();
  });
});
