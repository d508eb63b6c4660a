import { combineHistograms, isHistogramReset, scaleHistogram, type NativeHistogram } from '../value/histogram.ts';
import { mixedRange } from './annotation.ts';
import { FLOAT, setHistogram } from './column.ts';
import type { RangeKernel, RangeStep } from './range-call.ts';

const COUNTER_SUFFIX = /_(?:total|sum|count|bucket)$/;
/** A series reaches its window's edge when the gap is below this many average intervals. */
const EDGE_INTERVALS = 1.1;

interface RateForm {
  readonly isCounter: boolean;
  readonly isRate: boolean;
}

/** `rate`, `increase` and `delta`: difference of last and first sample, stretched to the window. */
export function extrapolate(form: RateForm): RangeKernel {
  return (input) => {
    const { series, windows, column } = input;
    if (series.histograms.length > 0) return extrapolateWithHistograms(form, input);
    remarkNonCounter(form, input);
    const { times, values } = series;
    const resets = form.isCounter ? findResets(values) : NO_RESETS;
    const { low, high } = windows;
    const { first, step } = input.references;
    let reset = 0;
    for (let i = 0; i < column.kinds.length; i++) {
      const from = low[i]!;
      const last = high[i]! - 1;
      if (last <= from) continue;
      let difference = values[last]! - values[from]!;
      // A reset at index k means values[k] < values[k - 1]; only those inside the window count.
      while (reset < resets.length && resets[reset]! <= from) reset++;
      for (let r = reset; r < resets.length && resets[r]! <= last; r++) difference += values[resets[r]! - 1]!;
      const end = first + i * step;
      column.values[i] =
        difference * stretch(form, input, times[from]!, times[last]!, last - from, end, values[from]!, difference);
      column.kinds[i] = FLOAT;
    }
  };
}

const NO_RESETS: readonly number[] = [];

function findResets(values: Float64Array): readonly number[] {
  let found: number[] | undefined;
  for (let i = 1; i < values.length; i++) if (values[i]! < values[i - 1]!) (found ??= []).push(i);
  return found ?? NO_RESETS;
}

/** The factor from the sampled difference to the whole window, per second for `rate`. */
function stretch(
  form: RateForm,
  input: RangeStep,
  firstTime: number,
  lastTime: number,
  intervals: number,
  end: number,
  firstValue: number,
  difference: number,
): number {
  const sampled = (lastTime - firstTime) / 1000;
  const average = sampled / intervals;
  const threshold = average * EDGE_INTERVALS;
  let toStart = (firstTime - (end - input.range)) / 1000;
  let toEnd = (end - lastTime) / 1000;
  if (toStart >= threshold) toStart = average / 2;
  if (form.isCounter && difference > 0 && firstValue >= 0) {
    // A counter cannot have been below zero, so the line is not drawn further back than there.
    const toZero = sampled * (firstValue / difference);
    if (toZero < toStart) toStart = toZero;
  }
  if (toEnd >= threshold) toEnd = average / 2;
  const factor = (sampled + toStart + toEnd) / sampled;
  return form.isRate ? factor / (input.range / 1000) : factor;
}

function remarkNonCounter(form: RateForm, { series, session, span }: RangeStep): void {
  const name = series.labels.__name__ ?? '';
  if (!form.isCounter || name === '' || series.values.length === 0 || COUNTER_SUFFIX.test(name)) return;
  const what = 'metric might not be a counter, name does not end in _total/_sum/_count/_bucket';
  session.annotations.info(`${what}: ${JSON.stringify(name)}`, span);
}

function extrapolateWithHistograms(form: RateForm, input: RangeStep): void {
  const { series, windows, histogramWindows, column, session } = input;
  const { histograms, histogramTimes, values, times } = series;
  for (let i = 0; i < column.kinds.length; i++) {
    const end = input.references.first + i * input.references.step;
    const low = histogramWindows.low[i]!;
    const last = histogramWindows.high[i]! - 1;
    const from = windows.low[i]!;
    const lastFloat = windows.high[i]! - 1;
    if (last >= low && lastFloat >= from) {
      session.annotations.warn(mixedRange(series.labels.__name__ ?? ''), input.span);
    } else if (last > low) {
      const difference = histogramDifference(form, histograms.slice(low, last + 1));
      if (difference === undefined) {
        session.annotations.warn(`incompatible histogram layouts in range of ${input.name}`, input.span);
        continue;
      }
      const first = histograms[low]!.count;
      const [start, stop] = [histogramTimes[low]!, histogramTimes[last]!];
      const factor = stretch(form, input, start, stop, last - low, end, first, difference.count);
      setHistogram(column, i, { ...scaleHistogram(difference, factor), resetHint: 'gauge' });
    } else if (lastFloat > from) {
      let difference = values[lastFloat]! - values[from]!;
      for (let k = from + 1; form.isCounter && k <= lastFloat; k++) {
        if (values[k]! < values[k - 1]!) difference += values[k - 1]!;
      }
      const [start, stop] = [times[from]!, times[lastFloat]!];
      column.values[i] =
        difference * stretch(form, input, start, stop, lastFloat - from, end, values[from]!, difference);
      column.kinds[i] = FLOAT;
    }
  }
}

function histogramDifference(form: RateForm, found: readonly NativeHistogram[]): NativeHistogram | undefined {
  let difference = combineHistograms(found.at(-1)!, found[0]!, -1);
  for (let k = 1; form.isCounter && k < found.length && difference !== undefined; k++) {
    if (isHistogramReset(found[k - 1]!, found[k]!)) difference = combineHistograms(difference, found[k - 1]!, 1);
  }
  return difference;
}

/** `irate` and `idelta`: the last two samples only. */
export function lastDifference(isRate: boolean): RangeKernel {
  return ({ series, windows, column }) => {
    const { times, values } = series;
    for (let i = 0; i < column.kinds.length; i++) {
      const last = windows.high[i]! - 1;
      if (last - 1 < windows.low[i]!) continue;
      const seconds = (times[last]! - times[last - 1]!) / 1000;
      if (seconds === 0) continue;
      const isReset = isRate && values[last]! < values[last - 1]!;
      const difference = isReset ? values[last]! : values[last]! - values[last - 1]!;
      column.values[i] = isRate ? difference / seconds : difference;
      column.kinds[i] = FLOAT;
    }
  };
}
