/** What the palette asks of a page: it goes there first, and the page does it as soon as it is shown. */
import { useEffect, useRef } from 'react';

export type Asked =
  'incident.open' | 'alert.silence' | 'ticket.new' | 'duty.stand-in' | 'work.announce' | 'improvement.propose';

let asked: Asked | null = null;
const listeners = new Set<() => void>();

/** Asks the page that knows this to do it, now or as soon as it is shown. */
export function ask(what: Asked): void {
  asked = what;
  for (const each of listeners) each();
}

/** Does what the palette asked for once; `act` is null for those who may not. */
export function useAsked(what: Asked, act: (() => void) | null): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const hear = (): void => {
      if (asked !== what || latest.current === null) return;
      asked = null;
      latest.current();
    };
    listeners.add(hear);
    hear();
    return () => {
      listeners.delete(hear);
    };
  }, [what]);
}
