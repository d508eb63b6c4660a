import { pick } from '../../core/walk.ts';
import type { Span } from '../parse/ast.ts';
import { withoutName, isEmpty, type Column } from './column.ts';
import type { RangeInput, RangeSeries, References } from './select.ts';
import type { Session } from './session.ts';
import { emptyWindows, slideWindows, type Windows } from './window.ts';

/** One series on its way through a range function: the kernel fills `column` for all steps at once. */
export interface RangeStep {
  readonly name: string;
  readonly series: RangeSeries;
  readonly windows: Windows;
  /** Only to be looked at when the series has histograms. */
  readonly histogramWindows: Windows;
  readonly references: References;
  readonly range: number;
  /** Scalar arguments, one value for each step. */
  readonly scalars: readonly Float64Array[];
  /** Evaluation time of the first step and the distance to the next, in ms: what `predict_linear` counts from. */
  readonly start: number;
  readonly step: number;
  readonly column: Column;
  readonly session: Session;
  /** Where the range stands in the expression. */
  readonly span: Span;
}

export type RangeKernel = (step: RangeStep) => void;

/** What a range function is called with, apart from the series. */
interface RangeCall {
  readonly name: string;
  readonly kernel: RangeKernel;
  readonly keepName: boolean;
  readonly scalars: readonly Float64Array[];
  readonly start: number;
  readonly step: number;
  readonly span: Span;
}

const NO_WINDOWS = emptyWindows(0);

/** Runs a kernel over every series; columns without any sample are left out. */
export function callOverRange(session: Session, input: RangeInput, call: RangeCall): Iterable<Column> {
  const { references, range } = input;
  const { name, kernel, keepName, scalars, start, step, span } = call;
  const windows = emptyWindows(references.count);
  // Few series have histograms.
  let histogramWindows = NO_WINDOWS;
  return pick(input.series, (series) => {
    const labels = keepName ? series.labels : withoutName(series.labels);
    const column = session.column(labels, references.count);
    slideWindows(windows, series.times, references, range);
    if (series.histograms.length > 0) {
      if (histogramWindows === NO_WINDOWS) histogramWindows = emptyWindows(references.count);
      slideWindows(histogramWindows, series.histogramTimes, references, range);
    }
    kernel({
      name,
      series,
      windows,
      histogramWindows,
      references,
      range,
      scalars,
      start,
      step,
      column,
      session,
      span,
    });
    return isEmpty(column) ? undefined : column;
  });
}
