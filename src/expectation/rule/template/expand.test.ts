import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Sample } from '../../deviation.ts';
import { expandTemplate, type ExpandContext } from './expand.ts';
import { checkTemplate } from './parser.ts';

const vector: Sample[] = [
  { labels: { __name__: 'm', i: 'b', instance: 'h:1' }, value: 1234567.5 },
  { labels: { __name__: 'm', i: 'a', instance: 'h:2' }, value: 2 },
];
const context: ExpandContext = {
  at: 1_643_114_203_000,
  externalLabels: { dc: 'fra' },
  externalUrl: 'http://h:9090/pre',
  query: (expr) => (expr === 'm' ? vector : []),
};
const expand = (template: string): string => expandTemplate(template, vector[0]!, context);

// Each expected text is what Prometheus 2.42 prints for the same template (promtool test rules).
const AGREED: Record<string, [template: string, text: string]> = {
  'floats as Go prints them': [
    '{{ $value }} {{ 1048576.0 }} {{ 123456.0 }} {{ 1234567.0 }} {{ 0.00001 }} {{ 21e20 }} {{ 100000.0 }} {{ 12345678.9 }}',
    '1.2345675e+06 1.048576e+06 123456 1.234567e+06 1e-05 2.1e+21 100000 1.23456789e+07',
  ],
  'humanized numbers': [
    '{{ humanize 0.00012345 }} {{ humanize -1234.5 }} {{ humanize1024 1500000.0 }} {{ humanizePercentage 0.12345678 }} {{ humanize 1e30 }} {{ humanize 999.96 }}',
    '123.4u -1.234k 1.431Mi 12.35% 1e+06Y 1000',
  ],
  'humanized spans': [
    '{{ humanizeDuration 0.0123 }} {{ humanizeDuration 59.123456 }} {{ humanizeDuration 90061.0 }} {{ humanizeDuration -65.0 }}',
    '12.3ms 59.12s 1d 1h 1m 1s -1m 5s',
  ],
  times: [
    '{{ humanizeTimestamp 1643114203.123 }} {{ humanizeTimestamp 0.5 }} {{ humanizeTimestamp -3.25 }}',
    '2022-01-25 12:36:43.122 +0000 UTC 1970-01-01 00:00:00.5 +0000 UTC 1969-12-31 23:59:56.75 +0000 UTC',
  ],
  printf: [
    '{{ printf "%.2f|%5.1f|%d|%s|%q|%v|%x|%e|%g|%-6s|%06.2f|%t|%+d" $value 1.25 3 "s" "q\\"x" 1e6 255 12345.678 0.1 "ab" 3.14159 true 5 }}',
    '1234567.50|  1.2|3|s|"q\\"x"|1e+06|ff|1.234568e+04|0.1|ab    |003.14|true|+5',
  ],
  'printf with the wrong arguments': [
    '{{ printf "%d" $value }} {{ printf "%s" 1 }} {{ printf "%z" 1 }} {{ printf "a" 1 2 }} {{ 5 | printf "%d-%d" 4 }}',
    '%!d(float64=1.2345675e+06) %!s(int=1) %!z(int=1) a%!(EXTRA int=1, int=2) 4-5',
  ],
  'query, sortByLabel, range with index, maps': [
    '{{ range $i, $v := query "m" | sortByLabel "i" }}{{ $i }}:{{ $v.Labels.i }}={{ $v.Value }},{{ end }}{{ len (query "m") }} {{ $labels }} {{ .Labels.nope }}|',
    '0:a=2,1:b=1.2345675e+06,2 map[__name__:m i:b instance:h:1] |',
  ],
  texts: [
    '{{ title "hello world-foo it\'s x_y 3d" }} {{ stripPort "a.b:80" }} {{ stripPort "a.b" }} {{ stripPort "[::1]:6006" }} {{ reReplaceAll "(?P<x>a+)(b)" "$2-${x}$1_" "aab ab" }} {{ match "^a" "ba" }}',
    "Hello World-Foo It'S X_y 3d a.b a.b ::1 b-aa b-a false",
  ],
  'conditions, with, trimming': [
    '{{ if and $value (gt $value 1.0) }}y{{ else }}n{{ end }} {{ or 0 "" "z" }} {{ not 1 }} {{ eq 1 2 1 }} {{ index (query "m") 0 | value }} {{ with $x := 5 }}{{ $x }}{{ end }} {{- "  t  " -}} |',
    'y z false true 1.2345675e+06 5  t  |',
  ],
  'define, template, args, print, escapes': [
    '{{ define "t" }}[{{ .arg0 }} {{ .arg1 }}]{{ end }}{{ template "t" (args $value "k") }}{{ print 1 2 "a" 3 4.5 }} {{ println 1 "b" }}|{{ html "<a&\\"\'>" }} {{ urlquery "a b/c&d" }} {{ js "it\'s <x>" }}',
    "[1.2345675e+06 k]1 2a3 4.5 1 b\n|&lt;a&amp;&#34;&#39;&gt; a+b%2Fc%26d it\\'s \\u003Cx\\u003E",
  ],
  'slice, len and index count bytes': ['{{ slice "abcdef" 1 3 }} {{ len "äb" }} {{ index "abc" 1 }}', 'bc 3 98'],
  'range over a map and else': [
    '{{ range $k, $v := $labels }}{{ $k }}-{{ $v }};{{ end }}{{ range $v := query "nothing" }}x{{ else }}none{{ end }}',
    '__name__-m;i-b;instance-h:1;none',
  ],
  'the conformance suite': [
    '{{ humanize 1048576.0 }} {{ humanize1024 1048576.0 }} {{ humanizeDuration 135.3563 }} {{ humanizePercentage 0.959 }} {{ humanizeTimestamp 1643114203.0 }}',
    '1.049M 1Mi 2m 15s 95.9% 2022-01-25 12:36:43 +0000 UTC',
  ],
};

describe('templates print what Prometheus prints', () => {
  for (const [title, [template, text]] of Object.entries(AGREED)) {
    it(title, () => assert.equal(expand(template), text));
  }

  it('assigns to an outer variable, and leaves early', () => {
    assert.equal(expand('{{ $x := 1 }}{{ range query "m" }}{{ $x = 7 }}{{ break }}{{ end }}{{ $x }}'), '7');
    assert.equal(expand('{{ if eq 1 2 }}a{{ else if eq 1 1 }}b{{ else }}c{{ end }}'), 'b');
    assert.equal(expand('{{/* nothing */}}{{ tmpl "t" 1 }}{{ block "t" 2 }}<{{ . }}>{{ end }}'), '<1><2>');
  });

  it('knows the server and its labels', () => {
    assert.equal(
      expand('{{ $externalLabels.dc }} {{ externalURL }} {{ pathPrefix }} {{ now }}'),
      'fra http://h:9090/pre /pre 1.643114203e+09',
    );
    assert.equal(
      expand('{{ stripDomain "a.b.c:80" }} {{ stripDomain "1.2.3.4:80" }} {{ parseDuration "2h10m15s" }}'),
      'a:80 1.2.3.4:80 7815',
    );
  });
});

describe('a template that fails says so and stops nothing', () => {
  const cases: [template: string, why: RegExp][] = [
    ['{{ if gt $value 1 }}x{{ end }}', /incompatible types for comparison; write 1\.0/],
    ['{{ first (query "nothing") }}', /first\(\) called on vector with no elements/],
    ['{{ nope }}', /function "nope" not defined/],
    ['{{ $nope }}', /undefined variable "\$nope"/],
    ['{{ $value.x }}', /can't evaluate field x in type float64/],
    ['{{ humanize "x" }}', /strconv\.ParseFloat: parsing "x": invalid syntax/],
    ['{{ if $value }}', /\{\{if\}\} has no \{\{end\}\}/],
    ['{{ $value', /has no end/],
    ['{{ reReplaceAll "(" "" "" }}', /error calling reReplaceAll/],
    ['{{ define "r" }}{{ template "r" . }}{{ end }}{{ template "r" . }}', /nested deeper/],
    ['{{ range 100000 }}{{ range 100000 }}{{ end }}{{ end }}', /more than 100000 steps/],
    ['{{ range 99000 }}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{{ end }}', /longer than/],
    ['{{ printf "%999999d" 1 }}', /wider than/],
  ];
  for (const [template, why] of cases) {
    it(template.slice(0, 60), () => {
      const text = expand(template);
      assert.match(text, /^<error expanding template: .*>$/s);
      assert.match(text, why);
    });
  }

  it('whatever is written, an answer comes', () => {
    const bits = fc.constantFrom(
      '{{',
      '}}',
      '{{-',
      ' -}}',
      'if',
      'range',
      'end',
      'else',
      '$value',
      '.',
      '|',
      '(',
      ')',
      '"a"',
      '1',
      'printf',
      ' ',
      ':=',
      '$x',
      ',',
      'x',
    );
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 25 }), (list) => {
        const source = list.join('');
        const text = expand(source);
        assert.equal(typeof text, 'string');
        if (checkTemplate(source) !== null) assert.match(text, /^<error expanding template/);
      }),
      { numRuns: 500 },
    );
  });
});
