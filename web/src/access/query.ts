/** The queries' client, and who is signed in. */
import { QueryCache, QueryClient, useQuery } from '@tanstack/react-query';
import type { Me } from '../api-types.ts';
import { call, ProblemError } from './call.ts';

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      // A session that ended shows the sign-in page at once, whatever page noticed it.
      if (isSignedOut(error) && query.queryKey[0] !== 'me') queryClient.setQueryData(['me'], null);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: true,
      retry: (count, error) => count < 2 && error instanceof ProblemError && error.problem.retryable,
      retryDelay: (count) => 400 * 2 ** count,
    },
  },
});

function isSignedOut(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.status === 401;
}

async function askMe(): Promise<Me | null> {
  try {
    return await call<Me>('GET', '/ops/v1/me');
  } catch (error) {
    if (isSignedOut(error)) return null;
    throw error;
  }
}

/** The account, null when signed out. */
export function useMe() {
  return useQuery({ queryKey: ['me'], queryFn: askMe, staleTime: 5 * 60_000 });
}
