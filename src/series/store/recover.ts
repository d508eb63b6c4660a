import { decodeLabels } from '../label-bytes.ts';
import type { SeriesCatalog } from './catalog.ts';
import type { SeriesDisk } from './disk.ts';
import type { LogFolder } from './log-folder.ts';
import { readLogRow } from './log-row.ts';

/**
 * Fills the memory from the file: the series, how far their blocks reach, and from the batch log the samples that are
 * not in blocks. The time it takes is bounded by the number of series and the limit on the log.
 * @returns number of the last row of the log
 */
export function recover(disk: SeriesDisk, catalog: SeriesCatalog, folder: LogFolder): number {
  let last = 0;
  for (const { id, labels } of disk.allSeries()) {
    const decoded = decodeLabels(labels, 0, labels.length);
    if (decoded.ok) catalog.add(decoded.labels, labels, id);
  }
  catalog.reserve(disk.highestId() + 1);
  for (const { series, progress } of disk.allProgress()) {
    const entry = catalog.entries[series];
    if (!entry) continue;
    entry.progress = progress;
    entry.oldest = progress.from;
    entry.newest = entry.onlyInBlocks = progress.to;
    last = Math.max(last, progress.seq);
  }
  for (const { seq, data } of disk.allLog()) {
    last = Math.max(last, seq);
    folder.grow(data.length, seq);
    readLogRow(data, (id, time, low, high) => {
      const entry = catalog.entries[id];
      // A deleted series, or one whose blocks hold this row already.
      if (!entry || seq <= entry.progress.seq) return;
      if (time > entry.newest) entry.append(time, low, high);
      else entry.insert(time, low, high);
    });
  }
  for (const entry of catalog.entries) if (entry) folder.offer(entry);
  return last;
}
