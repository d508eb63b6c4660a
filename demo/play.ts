import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { now as nowView } from '../src/api/contract.ts';
import { onDesktop, openBrowser } from './browser.ts';
import { pause, StoryClock } from './clock.ts';
import type { Console } from './console.ts';
import { DemoProblem, type DemoOptions } from './options.ts';
import { dataPlace, freePort } from './place.ts';
import { backfill, MetricsSender, sendLive } from './send/metrics.ts';
import { Server } from './send/server.ts';
import { ServerProcess } from './server-process.ts';
import { openMailSink } from './sink/mail.ts';
import { openPhone, openRouter } from './sink/web.ts';
import { emptyMemory, type Stage } from './story/act.ts';
import { ACTS } from './story/acts.ts';
import { playStory } from './story/run.ts';
import { World } from './world/world.ts';

/** Closes something that was opened. */
export type Cleanup = () => Promise<void>;

const ROOT = resolve(import.meta.dirname, '..');
const HOUR = 3_600_000;
/** Simulated seconds in a real one: an evening of two hours takes three minutes. */
const USUAL_SPEED = 40;
/** A Friday in a week of Amira's, with no change of the clocks in the four weeks before it. */
const START = Temporal.ZonedDateTime.from('2026-09-18T17:00[Europe/Berlin]').epochMilliseconds;
const HISTORY = 28 * 24 * HOUR;
const ADMINISTRATOR = 'admin';

/**
 * Opens the world around the server, starts the server, tells the story and looks after all of it until the end.
 * @param stop aborted to end at any time; aborted here when the server dies
 * @param cleanups is filled with what has to be closed, in the order of opening
 * @returns the exit code
 */
export async function play(
  options: DemoOptions,
  console: Console,
  stop: AbortController,
  cleanups: Cleanup[],
): Promise<number> {
  const speed = USUAL_SPEED * options.pace;
  console.plain([`An evening at Kiez Mobil, ${speed} times as fast as a real one (seed ${options.seed}).`]);
  const world = new World(options.seed);
  const around = await openSurroundings(options, world, cleanups);
  const url = `http://127.0.0.1:${await freePort(options.port)}`;
  const secrets = {
    token: `demo-${randomBytes(32).toString('base64url')}`,
    password: randomBytes(12).toString('base64url'),
  };
  const child = startServer(around, url, speed, secrets);
  cleanups.push(() => child.stop());
  await child.ready(url, 60_000, stop.signal);
  if (stop.signal.aborted) return 0;
  void child.ended.then(() => stop.abort());

  const server = new Server(url);
  const clock = await enter(server, child, speed, secrets.password, stop.signal);
  around.route.now = () => clock.now();
  const metrics = new MetricsSender(url, secrets.token, stop.signal);
  const { mail, phone, router } = around;
  const { token } = secrets;
  const memory = emptyMemory();
  const stage: Stage = { server, clock, world, metrics, token, mail, phone, router, memory, signal: stop.signal };
  console.say(clock.wall(), `The server is ready at ${url}. Sign in as ${ADMINISTRATOR} with ${secrets.password}`);

  const missed = await tell(stage, console, stop);
  if (child.died() !== null) throw new DemoProblem(child.report(`The server died: ${child.died()}.`));
  if (stop.signal.aborted) return 0;
  console.plain(closingLines(stage, missed, secrets.password));
  if (!options.exit) {
    if (options.browser && onDesktop(process.env, process.platform, process.stdout.isTTY))
      openBrowser(url, process.platform);
    console.plain(['', 'Traffic goes on as usual. Ctrl-C ends it.']);
    await new Promise<void>((ended) => stop.signal.addEventListener('abort', () => ended(), { once: true }));
    if (child.died() !== null) throw new DemoProblem(child.report(`The server died: ${child.died()}.`));
  }
  return missed.length === 0 ? 0 : 1;
}

/** Signs in and reads the server's clock. Throws DemoProblem when the server does not let the story begin. */
async function enter(
  server: Server,
  child: ServerProcess,
  speed: number,
  password: string,
  signal: AbortSignal,
): Promise<StoryClock> {
  try {
    await server.signIn(ADMINISTRATOR, password);
    return new StoryClock((await server.ask('/ops/v1/now', nowView)).at, speed);
  } catch (error) {
    // A server that is about to die stops answering a moment earlier.
    await pause(500, signal);
    const why = child.died() ?? (error instanceof Error ? error.message : String(error));
    throw new DemoProblem(child.report(`The server is up, but the story cannot begin: ${why}.`));
  }
}

/** Sends the history, keeps the present coming, and plays the acts. Sending goes on after the last act. */
async function tell(stage: Stage, console: Console, stop: AbortController): Promise<readonly number[]> {
  const { world, metrics, clock, signal } = stage;
  const history = await backfill(world, metrics, clock, START - HISTORY, signal);
  if (signal.aborted) return [];
  const samples = history.samples.toLocaleString('en-GB');
  console.say(clock.wall(), `Four weeks of history are there: ${samples} samples in ${history.seconds.toFixed(1)} s`);
  const refused = (error: unknown) => {
    if (signal.aborted) return;
    console.error([`Sending stopped: ${error instanceof Error ? error.message : String(error)}`]);
    stop.abort();
  };
  void sendLive(world, metrics, clock, history.until, signal).catch(refused);
  void reportBilling(stage).catch(() => undefined);
  return playStory(ACTS, stage, console);
}

/** The nightly billing run says every hour that it is well, which the configuration expects of it once a day. */
async function reportBilling(stage: Stage): Promise<void> {
  while (!stage.signal.aborted) {
    await stage.server.tell('/heartbeat/nightly-billing', undefined, stage.token);
    await pause(HOUR / stage.clock.speed, stage.signal);
  }
}

interface Surroundings {
  readonly directory: string;
  readonly mail: Awaited<ReturnType<typeof openMailSink>>;
  readonly phone: Awaited<ReturnType<typeof openPhone>>;
  readonly router: Awaited<ReturnType<typeof openRouter>>;
  /** What time it is when the router moves cars; set once the server's clock is known. */
  readonly route: { now: () => number };
}

async function openSurroundings(options: DemoOptions, world: World, cleanups: Cleanup[]): Promise<Surroundings> {
  const place = await dataPlace(options.data);
  cleanups.push(() => place.remove());
  const mail = await openMailSink();
  cleanups.push(() => mail.close());
  const phone = await openPhone();
  cleanups.push(() => phone.close());
  const route = { now: () => START };
  const router = await openRouter((prefer) => {
    world.change(prefer === 'south' ? { southAt: route.now(), northAt: null } : { northAt: route.now() });
  });
  cleanups.push(() => router.close());
  return { directory: place.path, mail, phone, router, route };
}

function startServer(
  { directory, mail, phone, router }: Surroundings,
  url: string,
  speed: number,
  { token, password }: { readonly token: string; readonly password: string },
): ServerProcess {
  const start = new Date(START).toISOString();
  const config = 'examples/kiez-mobil/lamplighter.yaml';
  const args = ['bin/main.mjs', 'serve', '--config', config, '--data', directory, '--listen', new URL(url).host];
  const environment = {
    LAMPLIGHTER_URL: url,
    LAMPLIGHTER_ADMIN_PASSWORD: password,
    LAMPLIGHTER_BOOTSTRAP_TOKEN: token,
    DEMO_SMTP_URL: mail.url,
    DEMO_WEBHOOK_URL: `${phone.url}/amira`,
    DEMO_ROUTER_URL: router.url,
  };
  return new ServerProcess([...args, '--clock-start', start, '--clock-speed', String(speed)], environment, ROOT);
}

function closingLines({ server: { url }, memory }: Stage, missed: readonly number[], password: string): string[] {
  const result = missed.length === 0 ? 'All acts were seen.' : `Missed: act ${missed.join(', ')}.`;
  const lines = ['', result, '', `Now          ${url}/`];
  if (memory.incidentId !== null) lines.push(`Incident     ${url}/incidents/${memory.incidentId}`);
  if (memory.retroId !== null) lines.push(`Retro        ${url}/retros/${memory.retroId}`);
  if (memory.improvementId !== null) lines.push(`Improvement  ${url}/improvements/${memory.improvementId}`);
  lines.push(`Status page  ${url}/status`, `Sign in as   ${ADMINISTRATOR} with ${password}`);
  return lines;
}
