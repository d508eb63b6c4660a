import type { IndicatorConfig, WatermarkConfig } from '../config.ts';
import type { AlertingRule } from '../rule/group.ts';
import type { Watch } from '../watch/watch.ts';

/** A rule to be replayed: the same forms as live. */
export type ReplayedRule =
  | { readonly kind: 'watermark'; readonly mark: WatermarkConfig }
  | { readonly kind: 'rule'; readonly rule: AlertingRule }
  | { readonly kind: 'watch'; readonly watch: Watch }
  | { readonly kind: 'indicator'; readonly indicator: IndicatorConfig };
