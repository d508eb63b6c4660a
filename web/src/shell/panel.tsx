import { useId, type ReactNode } from 'react';
import { useTitle } from './title.ts';

interface PanelProps {
  title: ReactNode;
  count?: number | undefined;
  side?: ReactNode;
  flush?: boolean;
  children: ReactNode;
}

/** A titled surface; a region that assistive technology can jump to. */
export function Panel({ title, count, side, flush = false, children }: PanelProps) {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>
          {title}
          {count === undefined ? null : <span className="count">{count}</span>}
        </h2>
        {side}
      </header>
      <div className={flush ? 'panel-body flush' : 'panel-body'}>{children}</div>
    </section>
  );
}

export function PageHead({ title, words, side }: { title: string; words?: ReactNode; side?: ReactNode }) {
  useTitle(title);
  return (
    <header className="page-head">
      <div>
        <h1>{title}</h1>
        {words === undefined ? null : <p>{words}</p>}
      </div>
      {side === undefined ? null : <div className="page-head-side">{side}</div>}
    </header>
  );
}
