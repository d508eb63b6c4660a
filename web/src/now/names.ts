/** Titles of functions and cities, and the one query most pages lean on. */
import { useQuery } from '@tanstack/react-query';
import type { Now } from '../api-types.ts';
import { call } from '../access/call.ts';
import { useWords } from '../language/index.ts';

export function useNow() {
  return useQuery({
    queryKey: ['now'],
    queryFn: () => call<Now>('GET', '/ops/v1/now'),
    refetchInterval: 60_000,
  });
}

/** A component's name as a title, "carrier-north" as "Carrier North". */
export function titled(name: string): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

/** Titles by name; a name without a title is made readable. */
export function useNames() {
  const { pick } = useWords();
  const now = useNow().data;
  return {
    functions: (now?.functions ?? []).map((each) => ({ value: each.name, label: pick(each.title) })),
    cities: (now?.cities ?? []).map((each) => ({ value: each.name, label: each.title })),
    functionTitle: (name: string) => {
      const found = now?.functions.find((each) => each.name === name);
      return found === undefined ? titled(name) : pick(found.title);
    },
    cityTitle: (name: string) => now?.cities.find((each) => each.name === name)?.title ?? titled(name),
  };
}
