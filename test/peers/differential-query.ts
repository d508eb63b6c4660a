/** Draws PromQL expressions over the series of the comparison. The same generator draws the same ones. */
export function drawExpressions(random: () => number, count: number): string[] {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const counter = (): string => pick(['req_total', 'lat_bucket{le="1"}', 'lat_bucket{le="+Inf"}']);
  const gauge = (): string => pick(['temp', 'session', 'state']);
  const matchers = (): string =>
    pick(['', '{job="api"}', '{instance=~"0|1"}', '{instance!="2"}', '{job=~".+",instance!~"0"}', '{zone=~"a?"}']);
  const narrowed = (name: string): string => (name.includes('{') ? name : name + matchers());
  const range = (): string => pick(['45s', '90s', '2m', '5m', '11m', '30m']);
  const moved = (): string => pick(['', '', '', ' offset 7m', ' offset 90s', ' offset -2m']);
  const windowed = (name: string, back = range()): string => `${narrowed(name)}[${back}]${moved()}`;
  const grouping = (): string =>
    pick(['', ' by (job)', ' by (instance)', ' without (instance)', ' by (job, instance)']);
  const overCounter = (): string =>
    `${pick(['rate', 'increase', 'irate', 'resets', 'changes'])}(${windowed(counter())})`;
  const overGauge = (): string => {
    const name = pick(['avg', 'min', 'max', 'sum', 'count', 'last', 'stddev', 'stdvar', 'present']);
    return pick([
      () => `${name}_over_time(${windowed(gauge())})`,
      () => `quantile_over_time(${pick(['0.1', '0.5', '0.95'])}, ${windowed(gauge())})`,
      () => `${pick(['delta', 'idelta', 'deriv', 'changes', 'resets'])}(${windowed(pick(['session', 'state']))})`,
      () => `predict_linear(${windowed('session')}, 600)`,
    ])();
  };
  const vector = (): string =>
    pick([overCounter, overGauge, () => narrowed(gauge()) + moved(), () => narrowed('req_total') + moved()])();
  const aggregated = (): string =>
    pick([
      () => `${pick(['sum', 'avg', 'min', 'max', 'count', 'group'])}${grouping()} (${vector()})`,
      // Not over infinite values: of a single one 2.42 gives 0, and 3 gives NaN.
      () => `${pick(['stddev', 'stdvar'])}${grouping()} (${overCounter()})`,
      () => `${pick(['topk', 'bottomk'])}(${pick(['1', '2', '3'])}, session)`,
      () => `quantile${grouping()} (${pick(['0.25', '0.9'])}, ${overCounter()})`,
      () => `count_values("v", ${narrowed('state')})`,
      () => `histogram_quantile(${pick(['0.5', '0.9', '0.99'])}, sum by (le, job) (rate(lat_bucket[${range()}])))`,
    ])();
  const joined = (): string =>
    pick([
      () =>
        `${vector()} ${pick(['+', '-', '*', '/', '%', '>', '<=', '== bool', '> bool'])} ${pick(['2', '0.5', '10'])}`,
      () => `rate(req_total[5m]) ${pick(['/', '-', '>'])} on (job, instance) rate(req_total[${range()}] offset 3m)`,
      () => `temp ${pick(['and', 'or', 'unless'])} on (job, instance) (state > ${pick(['0', '1', '2'])})`,
      () => `rate(req_total[5m]) * on (job) group_left (team) job_info`,
      () => `sum by (job) (${overCounter()}) ${pick(['+', '/', '*'])} sum by (job) (${overCounter()})`,
    ])();
  const nested = (): string =>
    pick([
      () =>
        `${pick(['max', 'min', 'avg', 'sum', 'count'])}_over_time(${overCounter()}[${range()}:${pick(['30s', '45s', '1m'])}])`,
      () => `deriv(session${matchers()}[10m:30s])`,
      () => `${pick(['abs', 'ceil', 'floor', 'sqrt', 'exp', 'ln', 'sgn', 'round'])}(${vector()})`,
      () => `clamp(${vector()}, 1, ${pick(['5', '50'])})`,
      () => `absent(${narrowed(gauge())})`,
      () => `timestamp(${narrowed(gauge())}) - 1e9`,
      () => `label_replace(${vector()}, "dst", "$1x", "instance", "(.*)")`,
    ])();
  const found = new Set<string>();
  while (found.size < count) found.add(pick([aggregated, joined, nested, vector])());
  return [...found];
}
