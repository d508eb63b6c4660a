import { Fault } from '../../core/fault.ts';
import { EXPOSITION_LIMITS, type Exposition, type ExpositionLimits } from './exposition.ts';
import { parseOpenMetrics } from './openmetrics.ts';
import { parsePrometheusText } from './prometheus-text.ts';

/** Pages of metrics that programs show: Prometheus' text format 0.0.4 and OpenMetrics 1.0. */
export type { Exposition, ExposedSample } from './exposition.ts';
export { parseOpenMetrics } from './openmetrics.ts';
export { parsePrometheusText } from './prometheus-text.ts';

/** What is asked for, best first. */
export const ACCEPT =
  'application/openmetrics-text;version=1.0.0;q=0.9,text/plain;version=0.0.4;q=0.5,text/plain;q=0.2';

/**
 * Reads a page of metrics by its content type.
 * @throws Fault `body_invalid` with the line, `media_type` for another type
 */
export function parseExposition(text: string, contentType: string, limits: Partial<ExpositionLimits> = {}): Exposition {
  const bounds = { ...EXPOSITION_LIMITS, ...limits };
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  if (type === 'application/openmetrics-text') return parseOpenMetrics(text, bounds);
  if (type === 'text/plain') return parsePrometheusText(text, bounds);
  throw new Fault('media_type', {
    got: contentType === '' ? 'none' : contentType,
    want: 'application/openmetrics-text or text/plain',
  });
}
