/** The facts as a ladder: from the start, how long until each thing happened, to scale. */
import type { CSSProperties } from 'react';
import type { RetroView } from '../api-types.ts';
import { useWords } from '../language/index.ts';
import { isOneDay, lengthOf, When } from '../shell/when.tsx';

const RUNGS = [
  'firstAlertAt',
  'openedAt',
  'firstPageAt',
  'acceptedAt',
  'firstMemberNoticeAt',
  'partnerContactedAt',
  'partnerNoticeAt',
  'recoveredAt',
  'resolvedAt',
] as const;

export function Ladder({ facts }: { facts: RetroView['facts'] }) {
  const { t, language } = useWords();
  const known = RUNGS.map((key) => ({ key, at: facts[key] }));
  const last = Math.max(facts.startedAt + 1, ...known.map((each) => each.at ?? 0));
  const sorted = known.toSorted((a, b) => (a.at ?? Infinity) - (b.at ?? Infinity));
  const share = (at: number) => Math.max(0, (at - facts.startedAt) / (last - facts.startedAt));
  return (
    <table className="ladder">
      <caption className="hidden-words">{t('retro.ladder')}</caption>
      <thead className="hidden-words">
        <tr>
          <th scope="col">{t('retro.what')}</th>
          <th scope="col">{t('retro.after')}</th>
          <th scope="col">{t('chart.time')}</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">{t('retro.rung.startedAt')}</th>
          <td className="ladder-after number">0</td>
          <td className="ladder-bar">
            <When at={facts.startedAt} show="absolute" seconds />
          </td>
        </tr>
        {sorted.map(({ key, at }) => (
          <tr key={key} className={at === null ? 'missing' : key}>
            <th scope="row">{t(`retro.rung.${key}`)}</th>
            <td className="ladder-after number">
              {at === null ? t('retro.never') : at < facts.startedAt ? '0' : lengthOf(at - facts.startedAt, language)}
            </td>
            <td className="ladder-bar">
              {at === null ? null : (
                <>
                  <i style={{ '--share': share(at) } as CSSProperties} aria-hidden />
                  <span className="small quiet">
                    <When at={at} show={isOneDay(at, facts.startedAt) ? 'clock' : 'absolute'} seconds />
                  </span>
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
