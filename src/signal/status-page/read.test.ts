import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPageFeed } from './read-feed.ts';
import { readPageJson } from './read-json.ts';

const NOW = Date.UTC(2026, 0, 5, 8);
const json = (body: unknown) => readPageJson(JSON.stringify(body));

test('Statuspage: incidents, components that nobody speaks of, work in progress; parts may be missing', () => {
  const { form, entries } = json({
    page: { name: 'V' },
    status: { indicator: 'minor' },
    incidents: [
      {
        id: 'a',
        name: 'Api',
        status: 'monitoring',
        impact: 'major',
        created_at: '2026-01-05T07:00:00Z',
        incident_updates: [{ body: 'fixed', affected_components: [{ name: 'Api' }] }],
      },
      { id: 'b', name: 'Old', status: 'postmortem', impact: 'none' },
    ],
    components: [
      { id: '1', name: 'Api', status: 'major_outage' },
      { id: '2', name: 'Web', status: 'degraded_performance' },
      { id: '3', name: 'All', status: 'major_outage', group: true },
      { id: '4', name: 'Fine', status: 'operational' },
    ],
    scheduled_maintenances: [
      { id: 'm', name: 'Move', status: 'in_progress' },
      { id: 'n', name: 'Later', status: 'scheduled' },
    ],
  });
  assert.equal(form, 'statuspage');
  assert.deepEqual(
    entries.map(({ key, loud, over }) => [key, loud, over]),
    [
      ['incident/a', 'critical', false],
      ['incident/b', 'info', true],
      ['component/2', 'warning', false],
      ['maintenance/m', 'info', false],
    ],
  );
  assert.deepEqual(json({ page: { name: 'V' }, status: { indicator: 'none' } }).entries, []);
});

test("incident.io's, Instatus' and Google Cloud's pages", () => {
  const io = json({
    page_title: 'V',
    ongoing_incidents: [
      {
        id: 'i',
        name: 'Slow',
        status: 'identified',
        current_worst_impact: 'partial_outage',
        last_update_message: 'a cable',
        affected_components: [{ id: 'c', name: 'Cards' }],
      },
    ],
    in_progress_maintenances: [],
    scheduled_maintenances: [],
  });
  assert.deepEqual(
    [io.form, io.entries.map(({ key, status, loud, components }) => [key, status, loud, components])],
    ['incident.io', [['incident/i', 'identified', 'warning', ['Cards']]]],
  );
  const instatus = json({
    page: { name: 'V', url: 'https://v.example', status: 'HASISSUES' },
    activeIncidents: [
      {
        name: 'Down',
        started: '2026-01-05T07:00:00Z',
        status: 'INVESTIGATING',
        impact: 'MAJOROUTAGE',
        url: 'https://v.example/1',
      },
    ],
  });
  assert.deepEqual(
    [instatus.form, instatus.entries[0]?.loud, instatus.entries[0]?.startedAt],
    ['instatus', 'critical', Date.UTC(2026, 0, 5, 7)],
  );
  assert.deepEqual(json({ page: { name: 'V', url: 'https://v.example', status: 'UP' } }).entries, []);
  const google = json([
    {
      id: 'g1',
      begin: '2026-01-05T07:00:00+00:00',
      external_desc: 'Networking is slow\nmore',
      severity: 'high',
      uri: 'incidents/g1',
      most_recent_update: { status: 'SERVICE_DISRUPTION', text: 'We look' },
      affected_products: [{ title: 'Cloud Networking', id: 'n' }],
    },
    {
      id: 'g2',
      begin: '2026-01-01T07:00:00+00:00',
      end: '2026-01-01T08:00:00+00:00',
      external_desc: 'Old',
      severity: 'low',
      most_recent_update: { status: 'AVAILABLE' },
    },
  ]);
  assert.deepEqual(
    google.entries.map(({ title, status, loud, over, components }) => [title, status, loud, over, components]),
    [
      ['Networking is slow', 'service disruption', 'critical', false, ['Cloud Networking']],
      ['Old', 'available', 'info', true, []].map((value, index) => (index === 2 ? 'warning' : value)),
    ],
  );
});

test('feeds: Atom of Statuspage, RSS of a cloud; old, resolved and repeated items', () => {
  const atom = `<?xml version="1.0" encoding="UTF-8"?>
<feed xml:lang="en-US" xmlns="http://www.w3.org/2005/Atom"><id>tag:status.v.example,2005:/history</id><title>V</title>
<entry><id>tag:1</id><published>2026-01-05T06:00:00Z</published><updated>2026-01-05T07:30:00Z</updated><link rel="alternate" href="https://v.example/incidents/1"/><title>Payments &amp; refunds are slow</title>
<content type="html">&lt;p&gt;&lt;small&gt;Jan 5&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Monitoring&lt;/strong&gt; - A fix is in place.&lt;/p&gt;&lt;p&gt;&lt;strong&gt;Resolved&lt;/strong&gt; before&lt;/p&gt;</content></entry>
<entry><id>tag:2</id><updated>2026-01-04T07:30:00Z</updated><title>Old</title><content type="html">still</content></entry>
</feed>`;
  const one = readPageFeed(atom, NOW).entries;
  assert.deepEqual(
    one.map(({ title, status, over, url }) => [title, status, over, url]),
    [
      ['Payments & refunds are slow', 'monitoring', false, 'https://v.example/incidents/1'],
      ['Old', '', true, null],
    ],
  );
  const rss = (items: string) => `<rss version="2.0"><channel><title>Amazon</title>${items}</channel></rss>`;
  const item = (title: string, date: string) =>
    `<item><title><![CDATA[${title}]]></title><guid>${date}</guid><pubDate>${date}</pubDate><description>words</description></item>`;
  const begun = item('Service disruption: Increased error rates', 'Mon, 05 Jan 2026 07:00:00 GMT');
  assert.deepEqual(
    readPageFeed(rss(begun), NOW).entries.map(({ key, over }) => [key, over]),
    [['increased error rates', false]],
  );
  const ended = item(
    'Service is operating normally: [RESOLVED] Increased error rates',
    'Mon, 05 Jan 2026 07:40:00 GMT',
  );
  assert.deepEqual(
    readPageFeed(rss(begun + ended), NOW).entries.map(({ key, over }) => [key, over]),
    [['increased error rates', true]],
  );
  assert.deepEqual(readPageFeed(rss(''), NOW).entries, []);
});

test('what is no status page is refused; entities of a DTD are never read', () => {
  for (const text of ['7', '{}', '{"page":7}', '{"a":', '[{"id":']) {
    assert.throws(() => readPageJson(text), /page/, text);
  }
  const bomb =
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><rss version="2.0"><channel><item><title>&lol2;</title></item></channel></rss>';
  assert.throws(() => readPageFeed(bomb, NOW), /DTD/);
  for (const text of ['<html><body>x</body></html>', '<rss', 'words', '<feed><entry></feed>']) {
    assert.throws(() => readPageFeed(text, NOW), /feed/, text);
  }
});
