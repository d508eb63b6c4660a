/** What a person who has an incident does with it, who is on duty, and the palette: each from the keyboard where it can be. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { missing, openBrowser, openTab } from './browser.ts';
import { startMock, type Mock } from './mock-server.ts';
import { INCIDENT, MINUTE, type SceneName } from './mock-scene.ts';

const HERE = `/incidents/${INCIDENT}`;

describe('care, duty and the palette', { skip: missing }, () => {
  let browser: Browser;
  let tab: Awaited<ReturnType<typeof openTab>>;
  let mock: Mock;
  before(async () => {
    browser = await openBrowser();
    // One tab for all of them: a page is left by going to the next.
    tab = await openTab(browser);
  });
  afterEach(async () => {
    await mock.close();
    assert.deepEqual(tab.errors.splice(0), [], 'the page reports no error of its own');
  });
  after(() => browser?.close());

  async function at(scene: SceneName, path: string): Promise<Page> {
    mock = await startMock({ scene });
    await tab.page.goto(mock.url + path);
    return tab.page;
  }

  /** What was sent to a path that ends so. */
  function sent(end: string): Record<string, unknown> | undefined {
    return mock.sent.find(({ verb }) => verb.endsWith(end))?.body;
  }

  async function choose(page: Page, field: string, option: string): Promise<void> {
    await page.getByRole('dialog').getByRole('combobox', { name: field }).click();
    await page.getByRole('option', { name: option, exact: true }).click();
  }

  test('an incident is handed over: it stays with who has it until somebody takes it', async () => {
    const page = await at('accepted', HERE);
    const care = page.getByRole('region', { name: 'Who has it' });
    await care.getByRole('button', { name: 'Hand over' }).click();
    const send = page.getByRole('dialog').getByRole('button', { name: 'Hand over' });
    assert.equal(await send.isDisabled(), true, 'not to nobody');
    await choose(page, 'To whom', 'Jonas Weber');
    await page.getByRole('dialog').getByLabel('Reason').fill('I am on a train');
    await send.click();
    await care.getByText('Amira Haddad asked Jonas Weber').waitFor();
    assert.deepEqual(sent('/hand-over'), { to: 'jonas', reason: 'I am on a train' });
    await care.getByText('You have it').waitFor();
  });

  test('a snooze ends at the time that was chosen, or before', async () => {
    const page = await at('accepted', HERE);
    const care = page.getByRole('region', { name: 'Who has it' });
    await care.getByRole('button', { name: 'Snooze' }).click();
    await choose(page, 'For how long', '30 min');
    await page.getByRole('dialog').getByRole('button', { name: 'Snooze' }).click();
    await care.getByText('Snoozed', { exact: true }).waitFor();
    const until = Number(sent('/snooze')?.['until']);
    assert.ok(Math.abs(until - mock.scene.now - 30 * MINUTE) < 5 * MINUTE, `until ${until}`);
    await care.getByRole('button', { name: 'Wake' }).click();
    await care.getByRole('button', { name: 'Snooze' }).waitFor();
  });

  test('the next update is promised with the words of this one', async () => {
    const page = await at('accepted', HERE);
    const care = page.getByRole('region', { name: 'Who has it' });
    await care.getByRole('button', { name: 'Promise update' }).click();
    await page.keyboard.type('The card is being replaced');
    await choose(page, 'Next update in', '15 min');
    await page.getByRole('dialog').getByRole('button', { name: 'Promise update' }).click();
    await care.getByText('promised by Amira Haddad', { exact: false }).waitFor();
    assert.equal(sent('/promise')?.['text'], 'The card is being replaced');
  });

  test('giving it back asks for a reason, and it needs somebody again', async () => {
    const page = await at('accepted', HERE);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Give it back' }).click();
    const send = page.getByRole('dialog').getByRole('button', { name: 'Give it back' });
    await send.waitFor();
    assert.equal(await send.isDisabled(), true);
    await page.keyboard.type('My shift is over');
    await send.click();
    await page.getByRole('button', { name: 'Accept' }).waitFor();
    await page.getByText('Nobody has it').first().waitFor();
    assert.equal(sent('/unaccept')?.['reason'], 'My shift is over');
    await page.waitForFunction('document.title.startsWith("(1) #142 ")');
  });

  test('a ticket is opened at the partner of the cause, and written on', async () => {
    const page = await at('fresh', HERE);
    const partners = page.getByRole('region', { name: 'At partners' });
    await partners.getByRole('button', { name: 'Open a ticket' }).click();
    await partners.getByText('TT-90117').waitFor();
    await partners.getByRole('button', { name: 'Write' }).click();
    await page.keyboard.type('Any news of BER-02?');
    await page.getByRole('dialog').getByRole('button', { name: 'Write' }).click();
    await partners.getByText('Any news of BER-02?').waitFor();
    assert.deepEqual(
      mock.sent.map(({ verb, body }) => [verb.split('/').at(-1), body]),
      [
        ['partner-ticket', { partner: 'carrier-north' }],
        ['note', { text: 'Any news of BER-02?', close: false }],
      ],
    );
  });

  test('somebody stands in, and a swap is asked for', async () => {
    const page = await at('quiet', '/duty');
    await page.getByRole('button', { name: 'Stand in' }).click();
    await choose(page, 'Person', 'Marek Nowak');
    await page.getByRole('dialog').getByLabel('Why').fill('Amira is at the dentist');
    await page.getByRole('dialog').getByRole('button', { name: 'Stand in' }).click();
    await page.getByRole('region', { name: 'Standing in' }).getByText('Amira is at the dentist').waitFor();
    assert.equal(mock.scene.overrides.at(-1)?.person, 'marek');

    await page.getByRole('button', { name: 'Ask for a swap' }).click();
    await choose(page, 'With whom', 'Lena Costa');
    await page.getByRole('dialog').getByRole('button', { name: 'Ask for a swap' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const swap = sent('/duty/swaps');
    assert.deepEqual([swap?.['asker'], swap?.['other'], swap?.['backStartsAt']], ['amira', 'lena', null]);
    assert.ok(Number(swap?.['startsAt']) < Number(swap?.['endsAt']));
  });

  test('the palette finds an incident by its number, and does what it says', async () => {
    const page = await at('fresh', '/tickets');
    await page.getByRole('heading', { name: 'Tickets', level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find or do' }).waitFor();
    await page.keyboard.type('#138');
    await page.getByRole('option', { name: '#138 Telematics gateway' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Telematics gateway refuses unlocks after a release', level: 1 }).waitFor();

    await page.keyboard.press('/');
    await page.keyboard.type('new silence');
    await page.getByRole('option', { name: 'New silence', exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Silence' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    // The first letter comes at once: it must not be the page's own key, which accepts as well.
    await page.keyboard.press('Control+k');
    await page.keyboard.type('accept 142');
    assert.equal(await page.getByRole('combobox', { name: 'Find or do' }).inputValue(), 'accept 142');
    await page.getByRole('option', { name: 'Accept: #142' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('It is yours. Escalation has stopped.').waitFor();
    assert.deepEqual(mock.verbs, [`POST /ops/v1${HERE}/accept`]);
  });

  test('what was chosen on a page is in its address', async () => {
    const page = await at('accepted', '/alerts');
    await page.getByText('Firing', { exact: true }).click();
    await page.getByLabel('Severity').selectOption('warning');
    await page.getByLabel('Find by name or label').fill('payment');
    await page.waitForURL('**/alerts?show=firing&severity=warning&text=payment');
    await page.reload();
    assert.equal(await page.getByLabel('Find by name or label').inputValue(), 'payment');
    assert.equal(await page.getByLabel('Severity').inputValue(), 'warning');
    // Two pages ask the same address for different things; neither takes the other's answer.
    await page.goto(`${mock.url}/rules?show=failing`);
    await page.getByText('PaymentVendorSlow').waitFor();
    assert.equal(await page.getByText('UnlockFailures').count(), 0);
    await page.getByRole('link', { name: 'Improvements' }).first().click();
    await page.getByRole('button', { name: 'Propose' }).click();
    await choose(page, 'Rule to change', 'UnlockFailures');
    await page.keyboard.press('Escape');
  });

  test('a tab of an incident has an address, and the keys reach its verbs', async () => {
    const page = await at('accepted', `${HERE}?tab=alerts`);
    await page.getByRole('tab', { name: 'Alerts', selected: true }).waitFor();
    await page.getByRole('tab', { name: 'Sent' }).click();
    await page.waitForURL('**?tab=sent');
    await page.getByText('amira@kiez-mobil.example').first().waitFor();
    await page.keyboard.press('n');
    await page.getByRole('dialog', { name: 'Add a note' }).waitFor();
    await page.keyboard.type('Spoke to the NOC');
    await page.getByRole('dialog').getByRole('button', { name: 'Add a note' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.deepEqual(sent('/note'), { text: 'Spoke to the NOC' });
  });

  test('an agent’s phone begins with what to say and how to record it', async () => {
    mock = await startMock({ scene: 'accepted', role: 'agent' });
    const { page } = tab;
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(mock.url);
    await page.getByRole('navigation', { name: 'Quick' }).getByRole('link', { name: 'Call centre' }).click();
    await page.getByText('Ask whether the member is in a trip.', { exact: false }).waitFor();
    // The form comes before what others recorded.
    const [form, list] = await Promise.all(
      ['Record an observation', 'Recorded lately'].map((name) => page.getByRole('region', { name }).boundingBox()),
    );
    assert.ok(form!.y < list!.y, `the form at ${form!.y}, the list at ${list!.y}`);
    assert.equal(await page.getByRole('button', { name: 'Accept' }).count(), 0, 'an agent accepts nothing');
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test('what is not there says so, and where to go instead', async () => {
    const page = await at('quiet', '/incidents/99999');
    await page.getByRole('heading', { name: 'There is nothing here', level: 1 }).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Incidents' }).click();
    await page.getByRole('heading', { name: 'Incidents', level: 1 }).waitFor();
  });
});
