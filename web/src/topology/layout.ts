/** Where everything stands on the map: functions above what they need, laid out by dagre. */
import { Graph, layout } from '@dagrejs/dagre';
import type { Edge, Node } from '@xyflow/react';
import type { TopologyView } from '../api-types.ts';

export interface Box {
  readonly title: string;
  readonly what: 'function' | 'component' | 'group';
  readonly kind: string;
  readonly state: 'ok' | 'degraded' | 'down' | 'unknown';
  readonly alerts: number;
  readonly isCause: boolean;
  readonly onPath: boolean;
  readonly [more: string]: unknown;
}

const SIZE = { width: 166, height: 70 };
/** Above all functions while the map is laid out, so that they stand in one row; never shown. */
const SKY = ' sky';

/** Boxes and lines; the ways to probable causes are marked. @param only one incident's way, or all of them */
export function mapOf(
  view: TopologyView,
  titleOf: (title: Readonly<Record<string, string>>) => string,
  only: string | null,
) {
  const causes = view.causes.filter(({ incidentId }) => only === null || incidentId === only);
  const onPath = new Set(causes.flatMap(({ path }) => path));
  const steps = new Set(causes.flatMap(({ path }) => path.slice(1).map((to, index) => `${path[index]} ${to}`)));
  const isCause = new Set(causes.map(({ component }) => component));
  const graph = new Graph().setGraph({ rankdir: 'TB', nodesep: 14, ranksep: 50, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  const boxes = new Map<string, Box>();
  const add = (id: string, box: Pick<Box, 'title' | 'what' | 'kind' | 'state' | 'alerts'>): void => {
    boxes.set(id, { ...box, isCause: isCause.has(id), onPath: onPath.has(id) });
    graph.setNode(id, { ...SIZE });
  };
  for (const { name, title, state } of view.functions) {
    add(`f:${name}`, { title: titleOf(title), what: 'function', kind: '', state: state as Box['state'], alerts: 0 });
  }
  for (const { name, title, kind, state, alerts } of view.components) {
    add(name, { title, what: 'component', kind, state, alerts });
  }
  for (const { name, title, members } of view.groups) {
    const states = view.components.filter((one) => members.includes(one.name)).map(({ state }) => state);
    const down = states.every((state) => state === 'down');
    const state = down ? 'down' : states.every((one) => one === 'ok') ? 'ok' : 'degraded';
    add(name, { title, what: 'group', kind: '', state, alerts: 0 });
  }
  const lines: Edge[] = [];
  const line = (from: string, to: string, learnt: boolean): void => {
    if (!boxes.has(from) || !boxes.has(to)) return;
    graph.setEdge(from, to);
    // A way over a group goes through its box.
    const group = view.groups.find(({ name }) => name === to || name === from);
    const marked = group
      ? [...steps].some((step) => step.startsWith(`${from} `) || step.endsWith(` ${to}`)) &&
        group.members.some((member) => onPath.has(member)) &&
        (from === group.name ? onPath.has(to) : onPath.has(from))
      : steps.has(`${from} ${to}`);
    const className = marked ? 'on-path' : learnt ? 'learnt' : '';
    lines.push({ id: `${from} ${to}`, source: from, target: to, className, animated: marked, focusable: false });
  };
  for (const { name, needs } of view.functions) for (const need of needs) line(`f:${name}`, need, false);
  for (const { name, needs } of view.components) for (const need of needs) line(name, need.name, need.learnt);
  for (const { name, members } of view.groups) for (const member of members) line(name, member, false);
  graph.setNode(SKY, { width: 1, height: 1 });
  for (const { name } of view.functions) graph.setEdge(SKY, `f:${name}`, { weight: 100 });
  layout(graph);
  const nodes: Node<Box>[] = [...boxes].map(([id, data]) => {
    const { x, y } = graph.node(id) as { x: number; y: number };
    return {
      id,
      type: 'box',
      data,
      position: { x: x - SIZE.width / 2, y: y - SIZE.height / 2 },
      ...SIZE,
      focusable: false,
    };
  });
  const right =
    Math.max(...nodes.map(({ position }) => position.x)) - Math.min(...nodes.map(({ position }) => position.x));
  const bottom =
    Math.max(...nodes.map(({ position }) => position.y)) - Math.min(...nodes.map(({ position }) => position.y));
  return { nodes, lines, width: right + SIZE.width, height: bottom + SIZE.height };
}
