/** What is drawn around the lines: day parts behind them, alarms and watermarks over them. */
import type uPlot from 'uplot';
import type { LevelSeries } from '../api-types.ts';
import type { Ink } from './ink.ts';

type DayPart = LevelSeries['dayParts'][number]['name'];
/** Names of day parts are written only where they fit. */
const ROOM = 62;

/** A uPlot plugin that draws the backdrop of one series. */
export function backdrop(series: LevelSeries, ink: Ink, nameOf: (part: DayPart) => string): uPlot.Plugin {
  return {
    hooks: {
      drawClear: [
        (plot) => {
          drawParts(plot, series, ink, nameOf);
          drawEvents(plot, series, ink);
        },
      ],
      draw: [
        (plot) => {
          drawAlarms(plot, series, ink);
          drawMarks(plot, series, ink);
        },
      ],
    },
  };
}

function within(plot: uPlot, at: number): number {
  const x = plot.valToPos(at, 'x', true);
  return Math.min(plot.bbox.left + plot.bbox.width, Math.max(plot.bbox.left, x));
}

function drawParts(plot: uPlot, series: LevelSeries, ink: Ink, nameOf: (part: DayPart) => string): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const fill: Record<DayPart, string> = {
    morning: ink.morning,
    daytime: 'transparent',
    evening: ink.evening,
    night: ink.night,
  };
  ctx.save();
  for (const part of series.dayParts) {
    const left = within(plot, part.from);
    const right = within(plot, part.to);
    if (right <= left) continue;
    ctx.fillStyle = fill[part.name];
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    if (right - left > ROOM * ratio) {
      ctx.fillStyle = ink.quiet;
      ctx.font = `${11 * ratio}px "Inter Variable", sans-serif`;
      ctx.textAlign = 'left';
      ctx.fillText(nameOf(part.name), left + 6 * ratio, bbox.top + 14 * ratio);
    }
  }
  ctx.restore();
}

/** Events as a tint with their name at the foot: what was known in advance. */
function drawEvents(plot: uPlot, series: LevelSeries, ink: Ink): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  for (const event of series.events) {
    const left = within(plot, event.from);
    const right = within(plot, event.to);
    if (right <= left) continue;
    ctx.fillStyle = ink.eventFill;
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.fillStyle = ink.event;
    ctx.fillRect(left, bbox.top, right - left, 3 * ratio);
    ctx.font = `600 ${11 * ratio}px "Inter Variable", sans-serif`;
    const text = `${event.title} ×${event.factor}`;
    if (ctx.measureText(text).width + 12 * ratio < right - left)
      ctx.fillText(text, left + 6 * ratio, bbox.top + 30 * ratio);
  }
  ctx.restore();
}

function drawAlarms(plot: uPlot, series: LevelSeries, ink: Ink): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  for (const alarm of series.alarms) {
    const left = within(plot, alarm.from);
    const right = within(plot, alarm.to ?? series.times.at(-1) ?? alarm.from);
    const wide = Math.max(right - left, 2 * ratio);
    ctx.fillStyle = ink.alarmFill;
    ctx.fillRect(left, bbox.top, wide, bbox.height);
    ctx.fillStyle = ink.alarm;
    ctx.fillRect(left, bbox.top + bbox.height - 4 * ratio, wide, 4 * ratio);
  }
  ctx.restore();
}

function drawMarks(plot: uPlot, series: LevelSeries, ink: Ink): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = ink.mark;
  ctx.fillStyle = ink.mark;
  ctx.lineWidth = 1.5 * ratio;
  ctx.setLineDash([5 * ratio, 3 * ratio]);
  ctx.font = `600 ${11 * ratio}px "Inter Variable", sans-serif`;
  ctx.textAlign = 'right';
  for (const mark of series.marks) {
    const y = plot.valToPos(mark.value, 'y', true);
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillText(`${mark.name} ${mark.value}`, bbox.left + bbox.width - 6 * ratio, y - 5 * ratio);
  }
  ctx.restore();
}
