/**
 * Cause ranking on the training issues of the PetShop data set, and abstention on its normal windows. The layout of the
 * data set is converted to the formats of `lamplighter explain` (docs/formats/explain.md), and read back from those.
 *
 *     node_modules/.bin/node bench/correlation/petshop.ts [folder] [--convert OUT]
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explain, type Explanation } from '../../src/incident/cause/explain.ts';
import { callGraph } from '../../src/incident/cause/graph.ts';
import { readMeasures, rowsWhere, type MeasureTable } from '../../src/incident/cause/measures.ts';
import { topologySchema } from '../../src/incident/config.ts';
import { Topology } from '../../src/incident/topology.ts';

/** Where the data set lies beside the project. */
export const PETSHOP = join(import.meta.dirname, '../../../shared/data/correlation/petshop');

type Metric = 'latency' | 'failures';
interface Issue {
  readonly name: string;
  readonly metrics: string;
  readonly target: { node: string; metric: Metric; at: number };
  readonly root: string;
}

/** A node's name as components are named: lower case, digits, hyphens. */
function slug(name: string): string {
  const text = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  // The set holds "Servi-" and "servi-" as two nodes.
  return (name.startsWith('Servi') ? `upper-${text}` : text).slice(0, 62).replaceAll(/^-+|-+$/g, '');
}

/** The graph of the data set (a matrix, callers in rows) as a topology. */
export function convertGraph(csv: string): string {
  const [head = [], ...rows] = cells(csv);
  const components = rows.map(([name = '', ...values]) => ({
    name: slug(name),
    title: name,
    needs: values.flatMap((value, index) => (Number(value) > 0 ? [slug(head[index + 1]!)] : [])),
  }));
  return JSON.stringify({ components });
}

/** Metrics of the data set (a column for node, metric and statistic) as `time,node,metric,value`. */
export function convertMetrics(csv: string): string {
  const [nodes = [], metrics = [], statistics = [], , ...rows] = cells(csv);
  const lines = ['time,node,metric,value'];
  for (const [at = '', ...values] of rows) {
    const requests = new Map<string, number>();
    const put = (node: string, metric: string, value: number): void =>
      void lines.push(`${Number(at)},${slug(node)},${metric},${value}`);
    const each = (name: string, statistic: string, take: (node: string, value: number) => void): void => {
      values.forEach((value, index) => {
        const fits = metrics[index + 1] === name && statistics[index + 1] === statistic;
        if (fits && value !== '') take(nodes[index + 1]!, Number(value));
      });
    };
    each('requests', 'Sum', (node, value) => {
      requests.set(node, value);
      put(node, 'requests', value);
    });
    each('latency', 'Average', (node, value) => put(node, 'latency', value));
    each('availability', 'Average', (node, value) => {
      const total = requests.get(node);
      if (total !== undefined) put(node, 'failures', Math.round((total * (100 - value)) / 100));
    });
  }
  return `${lines.join('\n')}\n`;
}

function cells(csv: string): string[][] {
  return csv
    .trim()
    .split('\n')
    .map((line) => line.split(','));
}

interface Score {
  issues: number;
  top1: number;
  top3: number;
  abstained: number;
}

/** Judges every issue of both traffic levels, and normal windows. @param stride rows from one window to the next */
export function judge(
  folder: string,
  stride = 2,
): {
  readonly byMetric: ReadonlyMap<Metric, Score>;
  readonly normal: { windows: number; answered: number };
  readonly wrong: readonly string[];
} {
  const byMetric = new Map<Metric, Score>();
  const normal = { windows: 0, answered: 0 };
  const wrong: string[] = [];
  for (const traffic of ['low_traffic', 'high_traffic']) {
    const at = join(folder, traffic);
    const json = convertGraph(readFileSync(join(at, 'graph.csv'), 'utf8'));
    const topology = new Topology(topologySchema.parse(JSON.parse(json)));
    const graph = callGraph(topology);
    const usual = readMeasures(convertMetrics(readFileSync(join(at, 'noissue/metrics.csv'), 'utf8')), 'normal');
    const ask = (metrics: MeasureTable, instant: number, symptom: string, metric: Metric): Explanation =>
      explain({
        graph,
        metrics,
        normal: usual,
        at: instant,
        symptom,
        metric,
        component: (name) => topology.component(name),
      });
    for (const issue of issuesOf(at)) {
      const answer = ask(
        readMeasures(issue.metrics, issue.name),
        issue.target.at,
        issue.target.node,
        issue.target.metric,
      );
      const score = byMetric.get(issue.target.metric) ?? { issues: 0, top1: 0, top3: 0, abstained: 0 };
      const rank = answer.causes.findIndex(({ component }) => component === issue.root);
      const said = answer.abstained === null;
      byMetric.set(issue.target.metric, {
        issues: score.issues + 1,
        top1: score.top1 + Number(said && rank === 0),
        top3: score.top3 + Number(said && rank >= 0 && rank < 3),
        abstained: score.abstained + Number(!said),
      });
      if (!said || rank !== 0) wrong.push(`${traffic} ${issue.name}: ${JSON.stringify(answer, null, 1)}`);
    }
    // Windows of the normal period, each judged against the rest of it.
    const { times, step } = usual;
    for (let index = 3; index + 2 < times.length; index += stride) {
      const instant = times[index]!;
      const around = rowsWhere(usual, (row) => row >= instant - 3 * step && row < instant + 3 * step);
      for (const metric of ['latency', 'failures'] as const) {
        normal.windows++;
        const answer = ask(around, instant, slug('PetSite'), metric);
        if (answer.abstained === null) normal.answered++;
      }
    }
  }
  return { byMetric, normal, wrong };
}

function issuesOf(folder: string): Issue[] {
  const train = join(folder, 'train');
  return readdirSync(train)
    .sort()
    .map((name) => {
      const { target, root_cause } = JSON.parse(readFileSync(join(train, name, 'target.json'), 'utf8')) as {
        target: { node: string; metric: string; timestamp: number };
        root_cause: { node: string };
      };
      return {
        name,
        metrics: convertMetrics(readFileSync(join(train, name, 'metrics.csv'), 'utf8')),
        target: {
          node: slug(target.node),
          metric: target.metric === 'availability' ? ('failures' as const) : ('latency' as const),
          at: target.timestamp * 1000,
        },
        root: slug(root_cause.node),
      };
    });
}

/** Writes the converted data set: topology.json, normal.csv, and a file for each issue. */
function convert(folder: string, out: string): void {
  for (const traffic of ['low_traffic', 'high_traffic']) {
    const at = join(folder, traffic);
    const to = join(out, traffic);
    mkdirSync(to, { recursive: true });
    writeFileSync(join(to, 'topology.json'), convertGraph(readFileSync(join(at, 'graph.csv'), 'utf8')));
    writeFileSync(join(to, 'normal.csv'), convertMetrics(readFileSync(join(at, 'noissue/metrics.csv'), 'utf8')));
    for (const { name, metrics, target, root } of issuesOf(at)) {
      writeFileSync(join(to, `${name}.csv`), metrics);
      console.log(
        `${to}/${name}.csv --at ${target.at / 1000} --symptom ${target.node} (${target.metric}; root ${root})`,
      );
    }
  }
}

/** Prints the table. */
export function printPetshop(folder: string): void {
  const { byMetric, normal, wrong } = judge(folder);
  console.log('PetShop training issues     issues  top-1  top-3  abstained');
  for (const [metric, { issues, top1, top3, abstained }] of byMetric) {
    const line = [issues, (top1 / issues).toFixed(2), (top3 / issues).toFixed(2), abstained];
    console.log(metric.padEnd(28) + line.map((cell) => String(cell).padStart(6)).join(' '));
  }
  console.log(
    `normal windows answered: ${normal.answered} of ${normal.windows} (${((100 * normal.answered) / normal.windows).toFixed(2)} %)`,
  );
  if (process.argv.includes('--wrong')) for (const line of wrong) console.log(line);
}

if (import.meta.main) {
  const [given] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  const folder = given ?? PETSHOP;
  const to = process.argv.indexOf('--convert');
  if (!existsSync(folder)) console.log(`The PetShop data set is not at ${folder}: left out. Name its folder.`);
  else if (to > 0) convert(PETSHOP, process.argv[to + 1]!);
  else printPetshop(folder);
}
