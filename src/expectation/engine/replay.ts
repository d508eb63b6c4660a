import type { Labels } from '../../core/labels.ts';
import type { WatermarkConfig } from '../config.ts';
import type { Deviation, Sample, Transition } from '../deviation.ts';
import type { AlertingRule } from '../rule/group.ts';
import { EMPTY_LIFECYCLE, step } from '../rule/lifecycle.ts';
import { EMPTY_WATERMARK, stepWatermark } from '../watermark/watermark.ts';
import type { Ask } from './ask.ts';
import { zoneOf } from './zone.ts';

/** One firing of a replayed rule, ms. */
export interface ReplayedFiring {
  readonly labels: Labels;
  readonly firedAt: number;
  readonly resolvedAt: number | null;
}

/** A rule to be replayed: the same forms as live. */
export type ReplayedRule =
  | { readonly kind: 'watermark'; readonly mark: WatermarkConfig }
  | { readonly kind: 'rule'; readonly rule: AlertingRule };

const CHUNK_STEPS = 720;

/**
 * Runs a rule over the recorded series from `from` to `to` (ms), every `interval` ms, through the same state machine as
 * live. Texts are not expanded: only when it fires matters. Between two parts of the range it takes a breath, so that
 * samples and rules go on.
 */
export async function replayRule(
  ask: Ask,
  replayed: ReplayedRule,
  from: number,
  to: number,
  interval: number,
  zones: Readonly<Record<string, string>>,
  breath: () => Promise<void>,
): Promise<ReplayedFiring[]> {
  const open = new Map<string, Deviation>();
  const firings: ReplayedFiring[] = [];
  const take = (transitions: readonly Transition[]): void => {
    for (const { to: state, at, deviation } of transitions) {
      if (state === 'firing') open.set(deviation.fingerprint, deviation);
      const fired = open.get(deviation.fingerprint);
      if (state === 'resolved' && fired) {
        open.delete(deviation.fingerprint);
        firings.push({ labels: deviation.labels, firedAt: fired.firedAt ?? at, resolvedAt: at });
      }
    }
  };
  const advance = stepper(replayed, take, zones);
  const expr = replayed.kind === 'watermark' ? replayed.mark.expr : replayed.rule.expr;
  const start = Math.ceil(from / interval) * interval;
  for (let begin = start; begin <= to; begin += CHUNK_STEPS * interval) {
    if (begin > start) await breath();
    const end = Math.min(begin + (CHUNK_STEPS - 1) * interval, to);
    const lines = ask.range(expr, begin, end, interval);
    const cursors = lines.map(() => 0);
    for (let at = begin; at <= end; at += interval) {
      const vector: Sample[] = [];
      lines.forEach((line, index) => {
        const cursor = cursors[index]!;
        if (line.times[cursor] === at) {
          vector.push({ labels: line.labels, value: line.values[cursor]! });
          cursors[index] = cursor + 1;
        }
      });
      advance(vector, at);
    }
  }
  for (const deviation of open.values())
    firings.push({ labels: deviation.labels, firedAt: deviation.firedAt ?? to, resolvedAt: null });
  return firings.sort((a, b) => a.firedAt - b.firedAt);
}

function stepper(
  replayed: ReplayedRule,
  take: (transitions: readonly Transition[]) => void,
  zones: Readonly<Record<string, string>>,
): (vector: readonly Sample[], at: number) => void {
  const plain = (template: string): string => (template.includes('{{') ? '' : template);
  if (replayed.kind === 'watermark') {
    const { mark } = replayed;
    const zone = (labels: Labels): string => zoneOf(mark.zone, labels, zones);
    let state = EMPTY_WATERMARK;
    return (vector, at) => {
      const result = stepWatermark(mark, state, vector, at, plain, zone);
      state = result.state;
      take(result.transitions);
    };
  }
  let state = EMPTY_LIFECYCLE;
  return (vector, at) => {
    const result = step(replayed.rule, state, vector, at, plain);
    state = result.state;
    take(result.transitions);
  };
}
