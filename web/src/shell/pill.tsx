/** Severity and state, always as icon, word and colour together. */
import type { ReactNode } from 'react';
import type { AlertView, IncidentView } from '../api-types.ts';
import { useWords } from '../language/index.ts';
import {
  IconAlertOctagonFilled as IconAlertOctagon,
  IconAlertTriangleFilled as IconAlertTriangle,
  IconCircleCheckFilled as IconCircleCheck,
  IconInfoCircleFilled as IconInfoCircle,
  IconCircleDashed,
  IconBellRinging as IconBell,
  IconUserCheck,
  IconArrowMerge,
} from './icon.ts';

export type Tone = 'critical' | 'major' | 'minor' | 'ok' | 'unknown' | 'lamp';

const ICONS: Record<Tone, typeof IconBell> = {
  critical: IconAlertOctagon,
  major: IconAlertTriangle,
  minor: IconInfoCircle,
  ok: IconCircleCheck,
  unknown: IconCircleDashed,
  lamp: IconBell,
};

interface PillProps {
  tone: Tone;
  icon?: ReactNode;
  solid?: boolean;
  children: ReactNode;
}

export function Pill({ tone, icon, solid = false, children }: PillProps) {
  const Icon = ICONS[tone];
  return (
    <span className={`pill ${tone}${solid ? ' solid' : ''}`}>
      {icon ?? <Icon size={14} aria-hidden />}
      <span className="sentence">{children}</span>
    </span>
  );
}

export function SeverityPill({ severity }: { severity: IncidentView['severity'] }) {
  const { t } = useWords();
  return (
    <Pill tone={severity} solid={severity === 'critical'}>
      {t(`severity.${severity}`)}
    </Pill>
  );
}

const ALERT_TONE: Record<AlertView['severity'], Tone> = {
  page: 'critical',
  critical: 'critical',
  warning: 'major',
  info: 'minor',
};

export function AlertSeverityPill({ severity }: { severity: AlertView['severity'] }) {
  const { t } = useWords();
  return <Pill tone={ALERT_TONE[severity]}>{t(`alertSeverity.${severity}`)}</Pill>;
}

export function IncidentStatePill({ state }: { state: IncidentView['state'] }) {
  const { t } = useWords();
  const tone: Tone =
    state === 'open' ? 'lamp' : state === 'accepted' ? 'minor' : state === 'resolved' ? 'ok' : 'unknown';
  const icon =
    state === 'accepted' ? <IconUserCheck size={14} /> : state === 'merged' ? <IconArrowMerge size={14} /> : undefined;
  return (
    <Pill tone={tone} icon={icon}>
      {t(`incidentState.${state}`)}
    </Pill>
  );
}
