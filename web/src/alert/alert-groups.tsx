/** Open alerts counted by the value of a label: what ten thousand of them are about. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { AlertGroups, Matcher } from '../api-types.ts';
import { call, pathOf } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useWords } from '../language/index.ts';
import { IconBellOff } from '../shell/icon.ts';
import { AlertSeverityPill } from '../shell/pill.tsx';
import { Asked, Empty } from '../shell/state.tsx';

interface AlertGroupListProps {
  by: string;
  filter: Record<string, string | number | undefined>;
  onShow: (matcher: string) => void;
  onSilence: (matchers: Matcher[]) => void;
}

export function AlertGroupList({ by, filter, onShow, onSilence }: AlertGroupListProps) {
  const { t } = useWords();
  const may = useMay();
  const query = useQuery({
    queryKey: ['alerts', 'groups', by, filter],
    queryFn: () => call<AlertGroups>('GET', pathOf('/ops/v1/alerts/groups', { ...filter, by })),
  });
  return (
    <Asked query={query} rows={4}>
      {({ items, more }) =>
        items.length === 0 ? (
          <Empty title={t('alert.none')} words={t('alert.noneWords')} />
        ) : (
          <>
            <ul className="list">
              {items.map(({ value, count, quiet, severity }) => (
                <li key={value} className="list-row group-row">
                  <AlertSeverityPill severity={severity} />
                  <div>
                    <p className="strong break">{value === '' ? t('alertPage.absent') : value}</p>
                    <p className="small quiet">
                      {t('alertPage.count', { count })}
                      {quiet > 0 ? ` · ${t('alertPage.countQuiet', { count: quiet })}` : ''}
                    </p>
                  </div>
                  <div className="row">
                    <Button variant="default" size="xs" onClick={() => onShow(`${by}=${JSON.stringify(value)}`)}>
                      {t('alertPage.show')}
                    </Button>
                    {may.act && value !== '' ? (
                      <Button
                        variant="default"
                        size="xs"
                        leftSection={<IconBellOff size={14} />}
                        onClick={() => onSilence([{ name: by, value, isRegex: false, isEqual: true }])}
                      >
                        {t('alert.silence')}
                      </Button>
                    ) : null}
                  </div>
                </li>
              ))}
            </ul>
            {more > 0 ? <p className="panel-body small quiet">{t('alertPage.moreGroups', { count: more })}</p> : null}
          </>
        )
      }
    </Asked>
  );
}
