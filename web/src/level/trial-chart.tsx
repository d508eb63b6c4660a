/** One series of a back-test: the value against its band as it was known then, and when it would have fired. */
import type { LevelSeries, TrialAlarm, TrialLine } from '../api-types.ts';
import { LevelChart } from '../chart/level-chart.tsx';

const SHOWN = { lastWeek: false, band: true, forecast: false };
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

interface TrialChartProps {
  line: TrialLine;
  alarms: readonly TrialAlarm[];
  title: string;
}

export function TrialChart({ line, alarms, title }: TrialChartProps) {
  const blank = line.times.map(() => null);
  const own = alarms.filter(({ labels }) =>
    labels.some((each) => Object.entries(line.labels).every(([name, value]) => each[name] === value)),
  );
  const series: LevelSeries = {
    name: title,
    title,
    unit: '',
    labels: line.labels,
    zone: ZONE,
    times: line.times,
    actual: line.actual,
    expected: line.expected,
    lower: line.lower,
    upper: line.upper,
    lastWeek: blank,
    forecast: blank,
    events: [],
    dayParts: [],
    marks: [],
    alarms: own.map(({ from, to, incidentId }) => ({ from, to, incidentId, name: '' })),
  };
  return <LevelChart series={series} shown={SHOWN} />;
}
