/** The web part against the real server: an incident appears by itself, is taken, and is told to everybody. */
import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { SmtpSink } from '../fakes/smtp-sink.ts';
import { eventually, PASSWORD, startServer, type TestServer } from '../support/server.ts';
import { missing, openBrowser, openTab, settled } from './browser.ts';

const CONFIG = (smtp: number): string => `
name: Rollwerk
url: http://127.0.0.1:PORT
topology:
  cities: [{ name: berlin, title: Berlin, zone: Europe/Berlin }]
  functions: [{ name: book, title: Book a car, needs: [booking] }, { name: pay, title: Pay, needs: [payment] }]
  components:
    - { name: booking, title: Booking service, match: { service: booking } }
    - { name: payment, title: Payment vendor, match: { service: payment } }
people:
  - { id: ada, name: Ada, email: ada@example.org }
  - { id: bob, name: Bob, email: bob@example.org }
duty:
  zone: Europe/Berlin
  rotation: { people: [ada], starts: "2026-01-05", handover: "09:00", every: 1w }
  fallback: bob
chains:
  - name: everything
    steps: [{ do: open-ticket }, { do: page, target: focal, by: [email] }]
outside:
  email: { from: "Rollwerk <ops@example.org>", relays: ["smtp://127.0.0.1:${smtp}"] }
`;

interface Listed {
  readonly items: readonly { readonly id: string; readonly number: number; readonly state: string }[];
}

describe('the web part and the real server', { skip: missing }, () => {
  let browser: Browser;
  let sink: SmtpSink;
  let server: TestServer;
  before(async () => {
    sink = await SmtpSink.start();
    [server, browser] = await Promise.all([startServer({ config: CONFIG(sink.port) }), openBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    server?.remove();
    await sink?.stop();
  });

  const alert = (service: string) =>
    server.ask('POST', '/api/v2/alerts', [
      {
        labels: { alertname: `${service}Down`, severity: 'critical', service, city: 'berlin' },
        annotations: { summary: `${service} does not answer` },
        endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      },
    ]);
  const stateOf = async (number: number) =>
    (await server.ask<Listed>('GET', '/ops/v1/incidents')).items.find((each) => each.number === number)?.state;

  async function signIn(page: Page): Promise<void> {
    await page.goto(server.url);
    await page.getByLabel('Name').fill('admin');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('.rail .live.live').getByText('Live').waitFor();
  }

  test('an incident appears by itself, is accepted by link and by key, and is in the public status', async () => {
    const { context, page, errors } = await openTab(browser);
    await signIn(page);
    await page.getByRole('heading', { name: 'All is as expected', level: 1 }).waitFor();
    await alert('booking');
    await page.getByRole('heading', { name: 'One incident needs you' }).waitFor();

    const link = await eventually('the page', async () =>
      sink.messages
        // Long lines are folded in the letter.
        .map(({ body }) => /http:\/\/\S+\/accept\/[\w-]+/.exec(body.replaceAll('=\r\n', ''))?.[0])
        .find((each) => each !== undefined),
    );
    const phone = await openTab(browser, { width: 390, height: 844 });
    await phone.page.goto(link);
    assert.equal(await stateOf(1), 'open', 'opening the link accepts nothing');
    // What is hurt, in names that people use; when, by their clock; and what happens if nobody presses.
    await phone.page.getByText('Book a car in Berlin').waitFor();
    await phone.page.getByText('Booking service', { exact: true }).waitFor();
    await phone.page.getByText('Europe/Berlin').waitFor();
    await phone.page.getByRole('button', { name: 'Accept' }).click();
    await phone.page.getByText('You have accepted it.').waitFor();
    assert.equal(await stateOf(1), 'accepted');
    await page.getByRole('heading', { name: 'One incident, in good hands' }).waitFor();

    await alert('payment');
    await page.getByRole('heading', { name: 'One incident needs you' }).waitFor();
    await page.keyboard.press('a');
    await page.getByRole('heading', { name: '2 incidents, in good hands' }).waitFor();
    assert.equal(await stateOf(2), 'accepted');

    await page.getByLabel('What did the member say?').fill('My card is refused');
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await page.getByText('Recorded. Thank you.').waitFor();

    await phone.page.goto(`${server.url}/status`);
    await phone.page.getByRole('heading', { level: 1 }).waitFor();
    await phone.page.getByText('Book a car').first().waitFor();
    assert.deepEqual([...errors, ...phone.errors], []);
    await phone.context.close();
    await context.close();
  });

  test('a query is asked and kept in the address; a mistake is told in words of the server', async () => {
    const { context, page, errors } = await openTab(browser);
    await signIn(page);
    await page.getByRole('link', { name: 'Explore' }).click();
    const editor = page.getByRole('textbox', { name: 'Query 1' });
    await editor.click();
    await page.keyboard.type('vector(41) + 1');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('cell', { name: '42', exact: true }).waitFor();
    assert.match(decodeURIComponent(page.url()), /vector\(41\)/);
    await page.reload();
    await page.getByRole('cell', { name: '42', exact: true }).waitFor();
    // The editor is loaded by itself: what is typed before it has its text would be lost.
    await editor.getByText('vector').first().waitFor();
    await editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' + nothing(');
    await editor.getByText('nothing').first().waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('alert').getByText('parse error').waitFor();
    assert.deepEqual(errors, []);
    await context.close();
  });

  test('the pages that ask most of the server are there, and nothing about them is called serious', async () => {
    const { context, page, errors } = await openTab(browser);
    await signIn(page);
    for (const [path, title] of [
      ['/explore', 'Explore'],
      ['/rules', 'Rules'],
      ['/targets', 'Targets'],
      ['/integrations', 'Integrations'],
      ['/settings', 'Settings'],
    ] as const) {
      await page.goto(server.url + path);
      await page.getByRole('heading', { name: title, level: 1 }).waitFor();
      await settled(page);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations
        .filter((each) => each.impact === 'serious' || each.impact === 'critical')
        .map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(' ')).join(' | ')}`);
      assert.deepEqual(serious, [], title);
      assert.deepEqual(errors, []);
    }
    await context.close();
  });

  test('an address that was mistyped is a page that says so; programs get the problem', async () => {
    const { context, page } = await openTab(browser);
    await signIn(page);
    const answer = await page.goto(`${server.url}/nowhere`);
    assert.equal(answer?.status(), 404);
    await page.getByRole('heading', { name: 'There is nothing here', level: 1 }).waitFor();
    const plain = await fetch(`${server.url}/nowhere`);
    assert.equal(plain.headers.get('content-type'), 'application/problem+json; charset=utf-8');
    const link = await page.goto(`${server.url}/accept/a-link-that-was-cut-off-on-its-way`);
    assert.equal(link?.status(), 404);
    await page.getByRole('heading', { name: 'This link leads nowhere' }).waitFor();
    await context.close();
  });
});
