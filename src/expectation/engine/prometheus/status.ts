import { success } from './render.ts';
import { MAX_SAMPLES, QUERY_TIMEOUT_MS } from './query.ts';
import { storeOf, type PrometheusSource } from './source.ts';

/** Clients tell the flavour and what they may ask by the version; the language is that of Prometheus 3. */
const BUILD = {
  version: '3.0.0',
  revision: '',
  branch: '',
  buildUser: '',
  buildDate: '',
  goVersion: '',
  features: {},
};

/** Rows of a top list. */
const TOP = 10;

/** Answers `status/NAME`, or null when there is no such page. */
export function answerStatus(source: PrometheusSource, name: string): string | null {
  switch (name) {
    case 'buildinfo':
      return success(BUILD);
    case 'flags':
      return success({
        'query.lookback-delta': '5m',
        'query.max-samples': String(MAX_SAMPLES),
        'query.timeout': `${QUERY_TIMEOUT_MS / 1000}s`,
        'web.enable-remote-write-receiver': 'true',
      });
    case 'config':
      return success({ yaml: configText(source) });
    case 'runtimeinfo':
      return success(runtime(source));
    case 'tsdb':
      return success(storage(source));
    default:
      return null;
  }
}

/** The part of the configuration that this API is about: secrets are none of it. */
function configText(source: PrometheusSource): string {
  const plan = source.plan();
  const files = [...new Set((plan?.groups ?? []).map(({ file }) => file))];
  const global = `global:\n  evaluation_interval: ${(plan?.interval ?? 60_000) / 1000}s\n`;
  return `${global}rule_files:${files.length > 0 ? files.map((file) => `\n  - ${JSON.stringify(file)}`).join('') : ' []'}\n`;
}

function runtime(source: PrometheusSource): unknown {
  const started = new Date(source.startedAt).toISOString();
  return {
    startTime: started,
    CWD: '',
    hostname: '',
    serverTime: new Date(source.now()).toISOString(),
    reloadConfigSuccess: true,
    lastConfigTime: started,
    corruptionCount: 0,
    goroutineCount: 1,
    GOMAXPROCS: 1,
    GOMEMLIMIT: 0,
    GOGC: '',
    GODEBUG: '',
    storageRetention: '',
  };
}

function storage(source: PrometheusSource): unknown {
  const store = storeOf(source);
  const { series, from, to, perMetric } = store.stats();
  const names = store.labelNames();
  const counts = names.map((name) => ({ name, value: store.labelValues(name).length }));
  return {
    headStats: {
      numSeries: series,
      numLabelPairs: counts.reduce((sum, { value }) => sum + value, 0),
      chunkCount: 0,
      minTime: from ?? 0,
      maxTime: to ?? 0,
    },
    seriesCountByMetricName: perMetric.slice(0, TOP).map((one) => ({ name: one.name, value: one.series })),
    labelValueCountByLabelName: counts.sort((a, b) => b.value - a.value).slice(0, TOP),
    memoryInBytesByLabelName: [],
    seriesCountByLabelValuePair: [],
  };
}
