import { z } from 'zod';
import { publicStatus, tokenCreated } from '../../src/api/contract.ts';
import type { Letter } from '../sink/mime.ts';
import { notYet, seen, type Act, type Stage } from './act.ts';
import { acceptLink, afterOnset, theIncident } from './look-up.ts';

/** The first lines of a text that say something. */
function firstLines(text: string, count: number): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .slice(0, count)
    .map((line) => `  ${line.slice(0, 110)}`);
}

function letterTo(stage: Stage, address: string): Letter | undefined {
  return stage.mail.letters.find(({ to }) => to.includes(address));
}

const dutyOfficerPaged: Act = {
  number: 6,
  title: 'The duty officer is paged by e-mail and on the phone',
  within: 10,
  expects: 'an e-mail to amira@kiez-mobil.example and a web hook, both with an acceptance link',
  look(stage) {
    const letter = letterTo(stage, 'amira@');
    const page = stage.phone.pages.find(({ body }) => acceptLink(body) !== null);
    const found = `${stage.mail.letters.length} e-mails, ${stage.phone.pages.length} web hooks`;
    if (letter === undefined || page === undefined) return Promise.resolve(notYet(found));
    if (acceptLink(letter.text) === null) return Promise.resolve(notYet('an e-mail without an acceptance link'));
    const lines = [
      `e-mail to ${letter.to}: ${letter.subject}`,
      ...firstLines(letter.text, 3),
      `phone: ${acceptLink(page.body)?.replace(/(accept\/.{6}).*/, '$1…') ?? ''}`,
    ];
    return Promise.resolve(seen(...lines));
  },
};

/** What members told three agents of the call centre. */
const TOLD = [
  {
    agent: 'Sofia',
    text: 'Car does not open, member pressed unlock five times',
    functionName: 'unlock',
    inTrip: false,
  },
  {
    agent: 'Emre',
    text: 'Member cannot end the trip, stands in the cold with the bags inside',
    functionName: 'end',
    inTrip: true,
  },
  {
    agent: 'Greta',
    text: 'App says the car cannot be reached, member stands in front of it with the engine off',
    functionName: 'drive',
    inTrip: false,
  },
] as const;

/** Each agent's tool signs in as itself, so that the record says who wrote it. */
async function agentToken(stage: Stage, agent: string): Promise<string> {
  const body = { name: `Call centre, ${agent}`, role: 'agent', scopes: ['observation.record'] };
  const created = await stage.server.ask('/ops/v1/tokens', tokenCreated, { method: 'POST', body });
  return created.secret;
}

const callCentreReports: Act = {
  number: 7,
  title: 'The call centre records what members say',
  within: 5,
  expects: 'three observations on the incident, one of a member in a trip',
  async play(stage) {
    for (const { agent, ...observation } of TOLD) {
      const token = await agentToken(stage, agent);
      await stage.server.tell('/ops/v1/observations', { ...observation, city: 'berlin' }, token);
    }
  },
  async look(stage) {
    const detail = await theIncident(stage);
    const attached = detail?.observations ?? [];
    if (attached.length < TOLD.length) return notYet(`${attached.length} observations on the incident`);
    return seen(...attached.map(({ agent, text, inTrip }) => `${agent}: ${text}${inTrip ? ' (in a trip)' : ''}`));
  },
};

const summary = z.object({ incidents: z.array(z.object({ name: z.string(), status: z.string() })) });

const membersRead: Act = {
  number: 8,
  title: 'Members read it on the status page and in the app',
  within: 10,
  expects: 'the same words in /status/data.json, in the Statuspage form and in the app feed',
  async look(stage) {
    const status = await stage.server.ask('/status/data.json', publicStatus);
    const open = status.interruptions.find((interruption) => interruption.open);
    const notice = open?.notices[0];
    if (notice === undefined) return notYet(`state ${status.state}, no word to members`);
    const statuspage = await stage.server.ask('/status/api/v2/summary.json', summary);
    const app = await stage.server.read('/app/v1/notices');
    const title = notice.title['en'] ?? '';
    const inApp = app.includes(JSON.stringify(title).slice(1, -1));
    if (statuspage.incidents.length === 0 || !inApp || status.state === 'ok') {
      return notYet(`state ${status.state}, ${statuspage.incidents.length} in Statuspage form, in the app: ${inApp}`);
    }
    return seen(
      `${afterOnset(stage, notice.publishedAt)}: ${title}`,
      `  ${notice.body['de'] ?? notice.body['en'] ?? ''}`,
      `Statuspage form: ${statuspage.incidents[0]?.status ?? ''}; app feed: the same words`,
    );
  },
};

const nobodyAccepts: Act = {
  number: 9,
  title: 'Nobody accepts: the deputy is paged, the partner is written to',
  within: 15,
  expects: 'an e-mail to jonas@kiez-mobil.example with a link, and one to noc@carrier-north.example',
  look(stage) {
    const deputy = letterTo(stage, 'jonas@');
    const partner = letterTo(stage, 'noc@carrier-north');
    if (deputy === undefined || partner === undefined || acceptLink(deputy.text) === null) {
      return Promise.resolve(notYet(`e-mails to ${stage.mail.letters.map(({ to }) => to).join(', ')}`));
    }
    return Promise.resolve(
      seen(
        `e-mail to ${deputy.to}: ${deputy.subject}`,
        `e-mail to ${partner.to}: ${partner.subject}`,
        ...firstLines(partner.text, 3),
      ),
    );
  },
};

export const PEOPLE_ACTS: readonly Act[] = [dutyOfficerPaged, callCentreReports, membersRead, nobodyAccepts];
