/** The map itself: what needs what, drawn by React Flow. Fetched only when it is looked at. */
import { Background, Controls, Handle, Position, ReactFlow, type NodeProps, type Node } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { useMantineColorScheme } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useMemo } from 'react';
import type { TopologyView } from '../api-types.ts';
import { useWords } from '../language/index.ts';
import {
  IconBolt,
  IconCircleCheck,
  IconAlertOctagon,
  IconAlertTriangleFilled,
  IconCircleDashed,
} from '../shell/icon.ts';
import { mapOf, type Box } from './layout.ts';

const TYPES = { box: BoxNode };
const MARKS = {
  ok: IconCircleCheck,
  degraded: IconAlertTriangleFilled,
  down: IconAlertOctagon,
  unknown: IconCircleDashed,
};

/** Boxes are shown no larger than this, so that a map of few needs no more room than they do. */
const MOST_ZOOM = 1.1;
/** Around the boxes, px. */
const ROOM = 60;

export function TopologyMap({ view, incident }: { view: TopologyView; incident: string | null }) {
  const { t, pick } = useWords();
  const { colorScheme } = useMantineColorScheme();
  const isNarrow = useMediaQuery('(max-width: 860px)', false, { getInitialValueInEffect: false });
  const { nodes, lines, width, height } = useMemo(
    () => mapOf(view, (title) => pick({ ...title }), incident),
    [view, incident, pick],
  );
  const onWay = nodes.filter(({ data }) => data.onPath);
  const start = onWay.length > 0 ? onWay : nodes.slice(0, 3);
  return (
    <div
      className="topology-map"
      role="group"
      aria-label={t('topology.words')}
      style={
        isNarrow
          ? undefined
          : {
              aspectRatio: `${width} / ${height + ROOM}`,
              maxHeight: `min(76vh, 720px, ${Math.ceil((height + ROOM) * MOST_ZOOM)}px)`,
            }
      }
    >
      <ReactFlow
        nodes={nodes}
        edges={lines}
        nodeTypes={TYPES}
        colorMode={colorScheme === 'dark' ? 'dark' : 'light'}
        fitView
        fitViewOptions={{
          padding: 0.04,
          maxZoom: MOST_ZOOM,
          // A map that is too small to be read shows the way to the cause instead, and is moved by the finger.
          ...(isNarrow ? { minZoom: 0.6, nodes: start } : {}),
        }}
        minZoom={0.2}
        maxZoom={1.5}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        preventScrolling={false}
        zoomOnScroll={false}
        proOptions={{ hideAttribution: false }}
      >
        <Background gap={24} />
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}

function BoxNode({ data }: NodeProps<Node<Box>>) {
  const { t } = useWords();
  const Mark = MARKS[data.state];
  const below =
    data.what === 'function'
      ? t('topology.layer.function')
      : data.what === 'group'
        ? t('topology.layer.group')
        : data.alerts > 0
          ? t('topology.alerts', { count: data.alerts })
          : data.kind;
  return (
    <div className={`box ${data.what} ${data.state}${data.isCause ? ' is-cause' : ''}${data.onPath ? ' on-path' : ''}`}>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <span className="box-mark">
        {data.isCause ? <IconBolt size={18} aria-hidden /> : <Mark size={18} aria-hidden />}
      </span>
      <span className="box-words">
        <b>{data.title}</b>
        <small>{data.isCause ? t('topology.cause') : below}</small>
      </span>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </div>
  );
}
