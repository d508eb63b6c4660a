import type { LabelMatcher, WorkPlaces } from '../alert/alert.ts';
import { Fault } from '../core/fault.ts';
import type { Labels } from '../core/labels.ts';
import type { Topology } from './topology.ts';

/**
 * What places mean in labels: one list of matchers for each component. A function means what it needs directly, every
 * member of a group included, and alerts that name it in the label `function`.
 * @throws Fault `not_found` for an unknown name; `body_invalid` for a component that no labels belong to
 */
export function labelsAt(topology: Topology, places: WorkPlaces): LabelMatcher[][] {
  const lists = new Map<string, LabelMatcher[]>();
  const add = (name: string, labels: Labels): void => {
    lists.set(
      name,
      Object.entries(labels).map(([label, value]) => ({ name: label, value, isRegex: false, isEqual: true })),
    );
  };
  for (const name of places.components) {
    for (const member of topology.members(name) ?? [name]) {
      const component = topology.component(member);
      if (!component) throw new Fault('not_found', { what: 'component', id: member });
      if (Object.keys(component.match).length === 0) {
        throw new Fault('body_invalid', {
          what: `no labels belong to the component ${member}: write them under match in the topology, or name matchers here`,
        });
      }
      add(member, component.match);
    }
  }
  for (const name of places.functions) {
    const found = topology.functions.find((one) => one.name === name);
    if (!found) throw new Fault('not_found', { what: 'function', id: name });
    add(`function ${name}`, { function: name });
    for (const need of found.needs.flatMap((each) => topology.members(each) ?? [each])) {
      const match = topology.component(need)?.match ?? {};
      if (Object.keys(match).length > 0) add(need, match);
    }
  }
  return [...lists.values()];
}
