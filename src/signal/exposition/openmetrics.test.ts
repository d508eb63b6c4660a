import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '../../core/fault.ts';
import { parseOpenMetrics } from './index.ts';

/** Documents that are OpenMetrics, by what they show, with the number of their samples. `# EOF` is added. */
const GOOD: readonly (readonly [string, string, number])[] = [
  ['nothing at all', '', 0],
  ['a sample without a description', 'a 1\n', 1],
  ['a counter', '# TYPE a counter\n# HELP a Help.\na_total 1\n', 1],
  ['a counter with _created', '# TYPE a counter\na_total 1\na_created 1520879607.789\n', 2],
  ['a gauge with a unit', '# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds 1.5\n', 1],
  ['an empty unit', '# TYPE a gauge\n# UNIT a \na 1\n', 1],
  ['help before type', '# HELP a Help.\n# TYPE a gauge\na 1\n', 1],
  ['help without text', '# TYPE a gauge\n# HELP a \na 1\n', 1],
  ['only descriptions', '# TYPE a gauge\n# TYPE b counter\n', 0],
  ['labels', '# TYPE a gauge\na{x="1",y="2"} 1\na{x="2",y="2"} 1\n', 2],
  ['empty braces', '# TYPE a gauge\na{} 1\n', 1],
  ['escapes in a label', 'a{x="\\n\\\\\\""} 1\n', 1],
  ['an escape that is none', 'a{x="\\d"} 1\n', 1],
  ['braces, commas and = in a label', 'a{x="},{=,"} 1\n', 1],
  ['letters beyond ASCII in a label', 'a{x="Straße 🚗"} 1\n', 1],
  ['a hash in a label', 'a{x=" # {}"} 1\n', 1],
  ['timestamps in seconds', '# TYPE a gauge\na 1 1.5\na 2 2\n', 2],
  ['a negative timestamp', 'a 1 -1\n', 1],
  ['the special values', '# TYPE a gauge\na{x="1"} NaN\na{x="2"} +Inf\na{x="3"} -Inf\na{x="4"} nan\n', 4],
  ['exponents', '# TYPE a gauge\na{x="1"} 1e3\na{x="2"} -1.5E-3\na{x="3"} +.5\n', 3],
  [
    'a histogram',
    '# TYPE a histogram\na_bucket{le="1"} 1\na_bucket{le="+Inf"} 3\na_count 3\na_sum 2\na_created 5\n',
    5,
  ],
  ['a histogram with buckets only', '# TYPE a histogram\na_bucket{le="+Inf"} 3\n', 1],
  [
    'two histograms of one family',
    '# TYPE a histogram\na_bucket{x="1",le="+Inf"} 3\na_count{x="1"} 3\na_sum{x="1"} 2\na_bucket{x="2",le="+Inf"} 0\n',
    4,
  ],
  ['negative buckets without a sum', '# TYPE a histogram\na_bucket{le="-1"} 1\na_bucket{le="+Inf"} 3\na_count 3\n', 3],
  [
    'a gauge histogram',
    '# TYPE a gaugehistogram\na_bucket{le="-1"} 1\na_bucket{le="+Inf"} 3\na_gcount 3\na_gsum -2\n',
    4,
  ],
  ['a summary', '# TYPE a summary\na{quantile="0.5"} 1\na{quantile="1"} NaN\na_count 3\na_sum 2\n', 4],
  ['a summary without quantiles', '# TYPE a summary\na_count 3\na_sum 2\n', 2],
  ['an info', '# TYPE a info\na_info{version="1"} 1\n', 1],
  ['a state set', '# TYPE a stateset\na{a="on"} 1\na{a="off"} 0\n', 2],
  ['an exemplar on a counter', '# TYPE a counter\na_total 1 # {trace_id="x"} 0.5\n', 1],
  ['an exemplar with a timestamp', '# TYPE a counter\na_total 1 # {trace_id="x"} 0.5 1.5\n', 1],
  ['an exemplar behind a timestamp', '# TYPE a counter\na_total 1 5 # {} 0.5\n', 1],
  ['an exemplar on a bucket', '# TYPE a histogram\na_bucket{le="+Inf"} 3 # {trace_id="x"} 9\n', 1],
  ['unknown type', '# TYPE a unknown\na 1\n', 1],
  ['a colon in a name', 'a:b 1\n', 1],
  ['a sample twice, of which the first counts', '# TYPE a gauge\na{x="1"} 1\na{x="1"} 1\n', 1],
  ['a timestamp that begins with its point', 'a 1 .5\n', 1],
];

/** Documents that are not, and what is said about them. `# EOF` is added unless the text says END. */
const BAD: readonly (readonly [string, string, RegExp])[] = [
  ['no # EOF', 'a 1\nEND', /line 1: # EOF is missing/],
  ['nothing, not even # EOF', 'END', /# EOF is missing/],
  ['lines behind # EOF', 'a 1\n# EOF\nb 1\nEND', /line 3: there is more behind # EOF/],
  ['# EOF with a blank', 'a 1\n# EOF \nEND', /only # TYPE/],
  ['an empty line', 'a 1\n\nb 1\n', /line 2: a line is empty/],
  ['a carriage return', 'a 1\r\n', /the value is not a number/],
  ['a comment', '# hello\na 1\n', /only # TYPE/],
  ['a # without a space', '#TYPE a gauge\n', /a space is missing/],
  ['two spaces', 'a  1\n', /the value is not a number/],
  ['a tab', 'a\t1\n', /a space is missing before the value/],
  ['a blank at the end', 'a 1 \n', /the timestamp is not/],
  ['a blank at the beginning', ' a 1\n', /a metric name is expected/],
  ['no value', 'a\n', /a space is missing before the value/],
  ['a name that begins with a digit', '1a 1\n', /a metric name is expected/],
  ['a dash in a name', 'a-b 1\n', /a space is missing/],
  ['a value in hexadecimal', 'a 0x10\n', /not a number/],
  ['a value with an underscore', 'a 1_000\n', /not a number/],
  ['a signed NaN', 'a -NaN\n', /not a number/],
  ['a timestamp that is no number', 'a 1 now\n', /timestamp/],
  ['a timestamp that is infinite', 'a 1 +Inf\n', /timestamp/],
  ['a timestamp beyond all numbers', 'a 1 1e999\n', /timestamp/],
  ['more behind the timestamp', 'a 1 2 3\n', /more behind the timestamp|exemplar/],
  ['a type that is none', '# TYPE a untyped\n', /there is no type "untyped"/],
  ['a type in capitals', '# TYPE a Gauge\n', /there is no type/],
  ['two types', '# TYPE a gauge\n# TYPE a gauge\n', /two TYPE lines/],
  ['two helps', '# HELP a x\n# HELP a x\n', /two HELP lines/],
  ['two units', '# TYPE a_s gauge\n# UNIT a_s s\n# UNIT a_s s\n', /two UNIT lines/],
  ['a unit that is not in the name', '# TYPE a gauge\n# UNIT a seconds\n', /does not end in the unit/],
  ['a unit on an info', '# TYPE a_s info\n# UNIT a_s s\na_s_info 1\n', /which has no unit/],
  ['a unit on a state set', '# TYPE a_s stateset\n# UNIT a_s s\na_s{a_s="x"} 1\n', /which has no unit/],
  ['a type behind the samples', 'a 1\n# TYPE a gauge\n', /behind its samples/],
  ['a help behind the samples', '# TYPE a gauge\na 1\n# HELP a x\n', /behind its samples/],
  ['a family in two pieces', 'a 1\nb 1\na{x="1"} 1\n', /must stand together/],
  ['a family described twice', '# TYPE a gauge\n# TYPE b gauge\n# TYPE a gauge\n', /clashes/],
  ['a counter that could be mistaken', '# TYPE a_total gauge\na_total 1\n# TYPE a counter\na_total 2\n', /clashes/],
  ['a counter without _total', '# TYPE a counter\na 1\n', /cannot be named a/],
  ['a counter below zero', '# TYPE a counter\na_total -1\n', /below zero/],
  ['a counter that is no number', '# TYPE a counter\na_total NaN\n', /not a number/],
  ['a metric in two pieces', '# TYPE a gauge\na{x="1"} 1 1\na{x="2"} 1 1\na{x="1"} 1 2\n', /must stand together/],
  ['time that goes back', '# TYPE a gauge\na 1 2\na 1 1\n', /before the one above/],
  ['a timestamp here and none there', '# TYPE a gauge\na 1 2\na 1\n', /others not/],
  ['a label without a value', 'a{x} 1\n', /= is missing/],
  ['a label value without quotes', 'a{x=1} 1\n', /does not begin with "/],
  ['a label value without an end', 'a{x="1} 1\n', /no " at its end/],
  ['a backslash at the end', 'a{x="1\\\n', /backslash/],
  ['a comma behind the last label', 'a{x="1",} 1\n', /behind the last comma/],
  ['a blank between labels', 'a{x="1", y="1"} 1\n', /label name is expected/],
  ['a label twice', 'a{x="1",x="1"} 1\n', /occurs twice/],
  ['a label named __name__', 'a{__name__="b"} 1\n', /not accepted/],
  ['a label name that begins with a digit', 'a{1x="1"} 1\n', /label name is expected/],
  ['braces that do not close', 'a{x="1" 1\n', /comma or } is missing/],
  ['labels without a name', '{x="1"} 1\n', /a metric name is expected/],
  ['a histogram without +Inf', '# TYPE a histogram\na_bucket{le="1"} 1\n', /no bucket with le="\+Inf"/],
  ['a histogram without le', '# TYPE a histogram\na_bucket 1\n', /le is missing/],
  ['an le that is no number', '# TYPE a histogram\na_bucket{le="x"} 1\n', /le is missing or not/],
  ['buckets that fall', '# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\n', /smaller than/],
  ['buckets out of order', '# TYPE a histogram\na_bucket{le="2"} 1\na_bucket{le="1"} 1\n', /do not ascend/],
  ['a count that does not fit', '# TYPE a histogram\na_bucket{le="+Inf"} 1\na_count 2\na_sum 1\n', /the count is 2/],
  ['a count without buckets', '# TYPE a histogram\na_count 2\na_sum 1\n', /no buckets/],
  ['a count without a sum', '# TYPE a histogram\na_bucket{le="+Inf"} 1\na_count 1\n', /a count and no sum/],
  ['a sum without a count', '# TYPE a histogram\na_bucket{le="+Inf"} 1\na_sum 1\n', /a sum and no count/],
  [
    'a sum over negative buckets',
    '# TYPE a histogram\na_bucket{le="-1"} 1\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n',
    /no _sum/,
  ],
  ['a sum without buckets', '# TYPE a histogram\na_sum 1\n', /no buckets/],
  [
    'a sum below zero over no such bucket',
    '# TYPE a gaugehistogram\na_bucket{le="+Inf"} 3\na_gcount 3\na_gsum -2\n',
    /below zero, but no bucket/,
  ],
  ['half an event in a bucket', '# TYPE a histogram\na_bucket{le="+Inf"} 1.5\n', /whole number/],
  ['a bucket that is no number', '# TYPE a histogram\na_bucket{le="+Inf"} NaN\n', /not a number/],
  [
    '_count in a gauge histogram',
    '# TYPE a gaugehistogram\na_bucket{le="+Inf"} 1\na_count 1\n# TYPE a_count gauge\n',
    /behind its samples/,
  ],
  ['a summary without quantile', '# TYPE a summary\na 1\n', /quantile is missing/],
  ['a quantile above 1', '# TYPE a summary\na{quantile="1.1"} 1\n', /between 0 and 1/],
  ['a quantile below zero', '# TYPE a summary\na{quantile="0.5"} -1\n', /not below zero/],
  ['half an event in a count', '# TYPE a summary\na_count 1.5\n', /whole number/],
  ['an info that is not 1', '# TYPE a info\na_info 2\n', /is 1/],
  ['an info without _info', '# TYPE a info\na 1\n', /cannot be named a/],
  ['a state set without its label', '# TYPE a stateset\na{b="on"} 1\n', /needs the label a/],
  ['a state of 2', '# TYPE a stateset\na{a="on"} 2\n', /0 or 1/],
  ['an exemplar on a gauge', '# TYPE a gauge\na 1 # {x="1"} 1\n', /only _total/],
  ['an exemplar on a sum', '# TYPE a histogram\na_bucket{le="+Inf"} 1\na_count 1\na_sum 1 # {} 1\n', /only _total/],
  ['an exemplar without a value', '# TYPE a counter\na_total 1 # {x="1"}\n', /a space is missing/],
  ['an exemplar without labels', '# TYPE a counter\na_total 1 # 1\n', /in braces/],
  ['an exemplar with long labels', `# TYPE a counter\na_total 1 # {x="${'y'.repeat(128)}"} 1\n`, /longer than 128/],
  ['more behind an exemplar', '# TYPE a counter\na_total 1 # {} 1 2 3\n', /behind the exemplar/],
];

describe('OpenMetrics documents', () => {
  for (const [what, text, samples] of GOOD) {
    it(`good: ${what}`, () => assert.equal(parseOpenMetrics(`${text}# EOF\n`).samples.length, samples));
  }
  for (const [what, text, message] of BAD) {
    it(`bad: ${what}`, () => {
      const whole = text.endsWith('END') ? text.slice(0, -3) : `${text}# EOF\n`;
      assert.throws(
        () => parseOpenMetrics(whole),
        (error) => error instanceof Fault && error.code === 'body_invalid' && message.test(error.message),
      );
    });
  }
});

describe('what is read', () => {
  it('labels without escapes, milliseconds, values by their type', () => {
    const page = parseOpenMetrics('# TYPE a counter\n# HELP a One\\nTwo\na_total{x="\\"\\n\\\\"} 1.5 1.25\n# EOF');
    assert.deepEqual(page.samples, [
      { text: 'a_total{x="\\"\\n\\\\"}', labels: { __name__: 'a_total', x: '"\n\\' }, value: 1.5, time: 1250 },
    ]);
    assert.deepEqual(page.metadata, [{ name: 'a_total', type: 'counter', help: 'One\nTwo', unit: '' }]);
  });

  it('the last line feed may be missing', () => {
    assert.equal(parseOpenMetrics('a 1\n# EOF').samples.length, 1);
  });

  it('bounds are kept', () => {
    const small = { maxSamples: 1, maxFamilies: 1, maxLabels: 1, maxText: 5 };
    for (const [text, message] of [
      ['a 1\na{x="1"} 1\n# EOF', /more than 1 samples/],
      ['a 1\nb 1\n# EOF', /more than 1 families|more than 1 samples/],
      ['a{x="1",y="1"} 1\n# EOF', /more than 1 labels/],
      ['a{x="123456"} 1\n# EOF', /longer than 5/],
    ] as const)
      assert.throws(() => parseOpenMetrics(text, small), message);
  });
});
