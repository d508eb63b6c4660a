/** Function by city: what members can do, where. Cities are rows where there is room, columns where there is not. */
import { useMediaQuery } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import type { HealthCell, Now } from '../api-types.ts';
import { useWords } from '../language/index.ts';
import {
  IconAlertOctagonFilled,
  IconAlertTriangleFilled,
  IconCheck,
  IconQuestionMark,
  IconSteeringWheel,
} from '../shell/icon.ts';

const ICONS = {
  ok: IconCheck,
  degraded: IconAlertTriangleFilled,
  down: IconAlertOctagonFilled,
  unknown: IconQuestionMark,
};
const TONES = { ok: 'ok', degraded: 'major', down: 'critical', unknown: 'unknown' } as const;

export function HealthMatrix({ now }: { now: Now }) {
  const { t, pick } = useWords();
  const isNarrow = useMediaQuery('(max-width: 860px)', false, { getInitialValueInEffect: false });
  const cell = (functionName: string, city: string) =>
    now.health.find((each) => each.functionName === functionName && each.city === city);
  const functions = now.functions.map((each) => ({ key: each.name, title: pick(each.title), inTrip: each.inTrip }));
  const cities = now.cities.map((each) => ({ key: each.name, title: each.title, inTrip: false }));
  const rows = isNarrow ? functions : cities;
  const columns = isNarrow ? cities : functions;
  return (
    <div className="table-scroll matrix-scroll">
      <table className="matrix">
        <caption className="hidden-words">{t('now.health')}</caption>
        <thead>
          <tr>
            <td />
            {columns.map((column) => (
              <th key={column.key} scope="col">
                <Head title={column.title} inTrip={column.inTrip} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">
                <Head title={row.title} inTrip={row.inTrip} />
              </th>
              {columns.map((column) => (
                <td key={column.key}>
                  <Cell cell={isNarrow ? cell(row.key, column.key) : cell(column.key, row.key)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({ title, inTrip }: { title: string; inTrip: boolean }) {
  const { t } = useWords();
  return (
    <span className="matrix-head">
      {title}
      {inTrip ? (
        <span title={t('now.inTrip')}>
          <IconSteeringWheel size={14} aria-hidden />
          <span className="hidden-words">{t('now.inTrip')}</span>
        </span>
      ) : null}
    </span>
  );
}

function Cell({ cell }: { cell: HealthCell | undefined }) {
  const { t } = useWords();
  const state = cell?.state ?? 'unknown';
  const Icon = ICONS[state];
  const inside = (
    <>
      <Icon size={15} aria-hidden />
      <span>{t(`health.${state}`)}</span>
    </>
  );
  const name = `cell ${TONES[state]}`;
  if (cell?.incidentId === null || cell === undefined) {
    return (
      <span className={name} title={cell?.why}>
        {inside}
      </span>
    );
  }
  return (
    <Link className={name} to="/incidents/$id" params={{ id: cell.incidentId }} title={cell.why}>
      {inside}
    </Link>
  );
}
