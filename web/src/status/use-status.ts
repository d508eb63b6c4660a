/** The public data, fetched at once, on every notice, and every half minute in case a notice is missed. */
import { useCallback, useEffect, useState } from 'react';
import type { PublicStatus } from '../api-types.ts';
import { call } from '../access/call.ts';

const EVERY = 30_000;

export interface StatusAnswer {
  data: PublicStatus | null;
  error: unknown;
  again: () => void;
}

export function useStatus(): StatusAnswer {
  const [data, setData] = useState<PublicStatus | null>(null);
  const [error, setError] = useState<unknown>(null);
  const again = useCallback(() => {
    call<PublicStatus>('GET', '/status/data.json').then(
      (status) => {
        setData(status);
        setError(null);
      },
      (problem: unknown) => setError(problem),
    );
  }, []);
  useEffect(() => {
    again();
    const timer = window.setInterval(again, EVERY);
    const source = new EventSource('/app/v1/stream');
    source.addEventListener('message', again);
    source.addEventListener('notice', again);
    return () => {
      window.clearInterval(timer);
      source.close();
    };
  }, [again]);
  return { data, error, again };
}
