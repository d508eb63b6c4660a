/** The palette: every page, every incident and ticket, and every common verb, by typing a part of its name. */
import { Modal, useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useId, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import type { IncidentPage, IndicatorList, Me, TicketPage } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useMay } from '../access/role.ts';
import { useAccept } from '../incident/accept.ts';
import { useWords } from '../language/index.ts';
import { useNow } from '../now/names.ts';
import { ask, type Asked } from './asked.ts';
import { IconBolt, IconChartLine, IconSearch, IconSun, IconTicket, IconUrgent, IconUserCheck } from './icon.ts';
import { PLACES } from './place.ts';
import './style/palette.css';

interface Choice {
  readonly key: string;
  readonly group: 'do' | 'go' | 'incident' | 'ticket' | 'level';
  readonly title: string;
  /** Found by these words as well. */
  readonly more?: string;
  readonly side?: ReactNode;
  readonly icon: ReactNode;
  readonly act: () => void;
}

const MOST = 40;
/** How many of a group are offered before anything is typed. */
const FEW = 4;

/** Every word of the question has to be in the choice; the title counts before the rest. */
function rank(choice: Choice, words: readonly string[]): number | null {
  const title = choice.title.toLowerCase();
  const all = `${title} ${(choice.more ?? '').toLowerCase()}`;
  if (!words.every((word) => all.includes(word))) return null;
  const first = words[0] ?? '';
  return title.startsWith(first) ? 0 : title.includes(` ${first}`) ? 1 : title.includes(first) ? 2 : 3;
}

export function Palette({ me, opened, onClose }: { me: Me; opened: boolean; onClose: () => void }) {
  const { t } = useWords();
  return (
    <Modal.Root
      opened={opened}
      onClose={onClose}
      size={620}
      padding={0}
      yOffset="12vh"
      transitionProps={{ duration: 0 }}
    >
      <Modal.Overlay />
      <Modal.Content aria-label={t('palette.title')}>
        <Modal.Body>
          <Search me={me} onClose={onClose} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function Search({ me, onClose }: { me: Me; onClose: () => void }) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const input = useRef<HTMLInputElement>(null);
  // At once, not after the dialog's trap: the first letter that is typed must never be a key of the page.
  useLayoutEffect(() => input.current?.focus(), []);
  const id = useId();
  const choices = useChoices(me);
  const words = text.toLowerCase().replaceAll('#', '').split(/\s+/u).filter(Boolean);
  const direct = useDirect();
  const shown = words.length === 0 ? begin(choices) : [...found(choices, words), ...direct(words, choices)];
  const present = Math.min(at, Math.max(0, shown.length - 1));
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [present]);
  const take = (choice: Choice | undefined): void => {
    if (choice === undefined) return;
    onClose();
    choice.act();
  };
  return (
    <div className="palette">
      <div className="palette-ask">
        <IconSearch size={19} aria-hidden />
        <input
          ref={input}
          role="combobox"
          aria-expanded
          aria-controls={`${id}-list`}
          aria-activedescendant={shown.length === 0 ? undefined : `${id}-${present}`}
          aria-autocomplete="list"
          aria-label={t('palette.title')}
          placeholder={t('palette.placeholder')}
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
            if (step !== 0 && shown.length > 0) {
              event.preventDefault();
              setAt((present + step + shown.length) % shown.length);
            }
            if (event.key === 'Enter') {
              event.preventDefault();
              take(shown[present]);
            }
          }}
        />
        <kbd>esc</kbd>
      </div>
      <ul className="palette-list" role="listbox" id={`${id}-list`} aria-label={t('palette.title')} ref={list}>
        {shown.map((choice, index) => (
          <Line
            key={choice.key}
            choice={choice}
            id={`${id}-${index}`}
            isPresent={index === present}
            isFirst={choice.group !== shown[index - 1]?.group}
            onTake={() => take(choice)}
            onPoint={() => setAt(index)}
          />
        ))}
      </ul>
      {shown.length === 0 ? <p className="palette-none quiet">{t('palette.none')}</p> : null}
    </div>
  );
}

interface LineProps {
  choice: Choice;
  id: string;
  isPresent: boolean;
  isFirst: boolean;
  onTake: () => void;
  onPoint: () => void;
}

function Line({ choice, id, isPresent, isFirst, onTake, onPoint }: LineProps) {
  const { t } = useWords();
  return (
    <>
      {isFirst ? (
        <li role="presentation" className="palette-group">
          {t(`palette.group.${choice.group}`)}
        </li>
      ) : null}
      <li
        role="option"
        id={id}
        aria-selected={isPresent}
        className="palette-line"
        onClick={onTake}
        onPointerMove={isPresent ? undefined : onPoint}
      >
        <span className="palette-icon" aria-hidden>
          {choice.icon}
        </span>
        <span className="palette-title">{choice.title}</span>
        {choice.side === undefined ? null : <span className="palette-side small quiet">{choice.side}</span>}
      </li>
    </>
  );
}

const GROUPS: readonly Choice['group'][] = ['do', 'incident', 'go', 'ticket', 'level'];

/** Before anything is typed: what can be done, what is open, every place. */
function begin(choices: readonly Choice[]): Choice[] {
  return (['do', 'incident', 'go'] as const).flatMap((group) =>
    choices.filter((one) => one.group === group).slice(0, group === 'go' ? MOST : FEW),
  );
}

function found(choices: readonly Choice[], words: readonly string[]): Choice[] {
  const ranked = choices.flatMap((choice) => {
    const place = rank(choice, words);
    return place === null ? [] : [{ choice, place }];
  });
  // The group with the best match comes first, so that Enter takes what was meant.
  const best = new Map(
    GROUPS.map((group) => [
      group,
      Math.min(9, ...ranked.filter(({ choice }) => choice.group === group).map(({ place }) => place)),
    ]),
  );
  return ranked
    .toSorted(
      (a, b) =>
        (best.get(a.choice.group) ?? 9) - (best.get(b.choice.group) ?? 9) ||
        GROUPS.indexOf(a.choice.group) - GROUPS.indexOf(b.choice.group) ||
        a.place - b.place,
    )
    .slice(0, MOST)
    .map(({ choice }) => choice);
}

/** An incident that is too old for the list is opened by its number all the same. */
function useDirect(): (words: readonly string[], choices: readonly Choice[]) => Choice[] {
  const { t } = useWords();
  const navigate = useNavigate();
  return ([number = ''], choices) =>
    !/^\d{1,9}$/u.test(number) || choices.some(({ title }) => title.startsWith(`#${number} `))
      ? []
      : [
          {
            key: `number ${number}`,
            group: 'incident',
            title: `${t('palette.byNumber')} #${number}`,
            icon: <IconUrgent size={17} stroke={1.7} />,
            act: () => void navigate({ to: '/incidents/$id', params: { id: number } }),
          },
        ];
}

function useChoices(me: Me): Choice[] {
  return [...useVerbs(), ...usePlaces(me), ...useThings()];
}

function usePlaces(me: Me): Choice[] {
  const { t } = useWords();
  const navigate = useNavigate();
  return PLACES.filter((place) => place.roles === undefined || place.roles.includes(me.role)).map(
    ({ key, to, icon: Icon, letter }) => ({
      key: `go ${key}`,
      group: 'go',
      title: t(`nav.${key}`),
      more: key,
      icon: <Icon size={17} stroke={1.7} />,
      side: (
        <>
          <kbd>g</kbd> <kbd>{letter}</kbd>
        </>
      ),
      act: () => void navigate({ to }),
    }),
  );
}

function useVerbs(): Choice[] {
  const { t } = useWords();
  const may = useMay();
  const navigate = useNavigate();
  const accept = useAccept();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const waiting = useNow().data?.incidents.filter(({ state }) => state === 'open') ?? [];
  const page = (what: Asked, to: string, title: string): Choice => ({
    key: what,
    group: 'do',
    title,
    icon: <IconBolt size={17} stroke={1.7} />,
    act: () => {
      ask(what);
      void navigate({ to });
    },
  });
  const dark = colorScheme !== 'dark';
  return [
    ...(may.act
      ? [
          ...waiting.map((incident) => ({
            key: `accept ${incident.id}`,
            group: 'do' as const,
            title: `${t('incident.accept')}: #${incident.number} ${incident.title}`,
            icon: <IconUserCheck size={17} stroke={1.7} />,
            act: () => accept.run(incident),
          })),
          page('incident.open', '/incidents', t('incident.open')),
          page('alert.silence', '/alerts', t('alert.newSilence')),
          page('ticket.new', '/tickets', t('ticket.new')),
          page('work.announce', '/maintenance', t('work.announce')),
          page('duty.stand-in', '/duty', t('duty.standIn')),
          page('improvement.propose', '/improvements', t('palette.propose')),
        ]
      : []),
    {
      key: 'scheme',
      group: 'do',
      title: t(dark ? 'palette.dark' : 'palette.light'),
      icon: <IconSun size={17} stroke={1.7} />,
      act: () => setColorScheme(dark ? 'dark' : 'light'),
    },
  ];
}

/** What is asked for when the palette opens; the same queries as the lists' own. */
function useThings(): Choice[] {
  const { t } = useWords();
  const navigate = useNavigate();
  const incidents = useQuery({
    queryKey: ['incidents', 'palette'],
    queryFn: () => call<IncidentPage>('GET', '/ops/v1/incidents?limit=100'),
  });
  const tickets = useQuery({
    queryKey: ['tickets', 'palette'],
    queryFn: () => call<TicketPage>('GET', '/ops/v1/tickets?state=open,in-progress,waiting&limit=100'),
  });
  const levels = useQuery({
    queryKey: ['indicators'],
    queryFn: () => call<IndicatorList>('GET', '/ops/v1/indicators'),
  });
  return [
    ...(incidents.data?.items ?? []).map((one): Choice => ({
      key: `incident ${one.id}`,
      group: 'incident',
      title: `#${one.number} ${one.title}`,
      more: `${t('nav.incidents')} ${one.id}`,
      icon: <IconUrgent size={17} stroke={1.7} />,
      side: t(`incidentState.${one.state}`),
      act: () => void navigate({ to: '/incidents/$id', params: { id: one.id } }),
    })),
    ...(tickets.data?.items ?? []).map((one): Choice => ({
      key: `ticket ${one.id}`,
      group: 'ticket',
      title: `#${one.number} ${one.title}`,
      more: t('nav.tickets'),
      icon: <IconTicket size={17} stroke={1.7} />,
      side: `P${one.priority}`,
      act: () => void navigate({ to: '/tickets/$id', params: { id: one.id } }),
    })),
    ...(levels.data?.items ?? []).map((one): Choice => ({
      key: `level ${one.name}`,
      group: 'level',
      title: one.title,
      more: `${one.name} ${t('nav.levels')}`,
      icon: <IconChartLine size={17} stroke={1.7} />,
      act: () => void navigate({ to: '/levels/$name', params: { name: one.name } }),
    })),
  ];
}
