import type { Labels } from '../../core/labels.ts';
import type { Matching } from '../parse/ast.ts';
import { quote } from '../parse/quote.ts';
import { labelOf } from '../match/label.ts';

/** The part of a labelset that two operands must agree in, as one string. */
export function matchKeyOf({ on, labels: names }: Matching): (labels: Labels) => string {
  if (on) {
    const wanted = [...names].sort();
    return (labels) => {
      let key = '';
      for (const name of wanted) {
        const value = labelOf(labels, name);
        if (value !== '') key += `${name}\u0001${value}\u0002`;
      }
      return key;
    };
  }
  const dropped = new Set([...names, '__name__']);
  return (labels) => {
    let key = '';
    for (const name of Object.keys(labels).sort()) {
      if (!dropped.has(name) && labels[name] !== '') key += `${name}\u0001${labels[name]}\u0002`;
    }
    return key;
  };
}

/** The same part as labels, for error messages. */
export function matchLabels({ on, labels: names }: Matching, labels: Labels): Labels {
  const kept = Object.keys(labels).filter((name) =>
    on ? names.includes(name) : !names.includes(name) && name !== '__name__',
  );
  return Object.fromEntries(kept.map((name) => [name, labels[name]!]));
}

/** Labels as Prometheus shows them in messages: `{__name__="up", job="a"}`. */
export function printLabels(labels: Labels): string {
  const names = Object.keys(labels)
    .filter((name) => labels[name] !== '')
    .sort();
  return `{${names.map((name) => `${name}=${quote(labels[name]!)}`).join(', ')}}`;
}
