import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '../../core/fault.ts';
import { parseExposition, parsePrometheusText } from './index.ts';

const PAGE = `# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400",}    3 1395066363000

# a comment, and escapes in labels
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9
\tmetric_without_timestamp_and_labels 12.47
weird { a = "b" , } -Inf -3982045
# TYPE rpc summary
rpc{quantile="0.5"} Nan
# HELP rpc Calls.
# TYPE rpc summary
# HELP rpc Said again.
# TYPE depth untyped
#not a comment keyword
`;

describe("Prometheus' text format 0.0.4", () => {
  it('samples, timestamps in milliseconds, blanks where they like', () => {
    const { samples } = parsePrometheusText(PAGE);
    assert.deepEqual(
      samples.map(({ labels, value, time }) => [labels, value, time]),
      [
        [{ __name__: 'http_requests_total', method: 'post', code: '200' }, 1027, 1_395_066_363_000],
        [{ __name__: 'http_requests_total', method: 'post', code: '400' }, 3, 1_395_066_363_000],
        [
          {
            __name__: 'msdos_file_access_time_seconds',
            path: 'C:\\DIR\\FILE.TXT',
            error: 'Cannot find file:\n"FILE.TXT"',
          },
          1.458255915e9,
          null,
        ],
        [{ __name__: 'metric_without_timestamp_and_labels' }, 12.47, null],
        [{ __name__: 'weird', a: 'b' }, -Infinity, -3_982_045],
        [{ __name__: 'rpc', quantile: '0.5' }, NaN, null],
      ],
    );
  });

  it('families, the first description of each', () => {
    assert.deepEqual(parsePrometheusText(PAGE).metadata, [
      { name: 'http_requests_total', type: 'counter', help: 'The total number of HTTP requests.', unit: '' },
      { name: 'rpc', type: 'summary', help: 'Calls.', unit: '' },
      { name: 'depth', type: 'unknown', help: '', unit: '' },
    ]);
  });

  const bad: readonly (readonly [string, string, RegExp])[] = [
    ['no value', 'a\n', /line 1: .*space is missing|value is not a number/],
    ['a word as value', 'ok 1\na one\n', /line 2: the value is not a number: a one/],
    ['a timestamp in seconds', 'a 1 1.5\n', /whole number of milliseconds/],
    ['more behind the timestamp', 'a 1 2 3\n', /more behind the timestamp/],
    ['a label without quotes', 'a{x=1} 1\n', /does not begin with "/],
    ['an open label', 'a{x="1 1\n', /no " at its end/],
    ['a label twice', 'a{x="1",x="2"} 1\n', /occurs twice/],
    ['two commas', 'a{x="1",,} 1\n', /label name is expected/],
    ['no comma', 'a{x="1"y="2"} 1\n', /comma or }/],
    ['a dash in a name', 'a-b 1\n', /space is missing/],
    ['two types', '# TYPE a counter\n# TYPE a gauge\n', /a is a counter above/],
    ['a type that is none', '# TYPE a enum\n', /"enum" is no type/],
    ['more behind the type', '# TYPE a gauge x\n', /more behind the type/],
    ['HTML', '<html><body>404</body></html>', /a metric name is expected/],
  ];
  for (const [what, text, message] of bad) {
    it(`refused: ${what}`, () => {
      assert.throws(
        () => parsePrometheusText(text),
        (error) => error instanceof Fault && error.code === 'body_invalid' && message.test(error.message),
      );
    });
  }

  it('the content type decides which format is read', () => {
    assert.equal(parseExposition('a 1\n', 'text/plain; version=0.0.4; charset=utf-8').samples.length, 1);
    assert.throws(() => parseExposition('a 1\n', 'application/openmetrics-text; version=1.0.0'), /# EOF/);
    assert.throws(() => parseExposition('a 1\n', ''), /"none" is not read here/);
    assert.throws(() => parseExposition('{}', 'application/json'), /application\/json/);
  });
});
