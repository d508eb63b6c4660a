/** A choice of a page that its address keeps: it survives a reload, and is sent to a colleague with the link. */
import { useDebouncedValue } from '@mantine/hooks';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';

/**
 * The value of a parameter of the address and how to change it; the standard value is left out of the address.
 * @param known the values there are; anything else in the address is passed over
 */
export function useParam<T extends string>(
  name: string,
  standard: T,
  known?: readonly T[],
): [value: T, set: (value: T) => void] {
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const raw = (search as Record<string, unknown>)[name];
  const text = typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : standard;
  const value = known === undefined || (known as readonly string[]).includes(text) ? (text as T) : standard;
  const set = (next: T): void => {
    const change = (before: Readonly<Record<string, unknown>>) => {
      const { [name]: _, ...rest } = before;
      return next === standard ? rest : { ...rest, [name]: next };
    };
    // The parameters of all pages in one type would be more than the router's types can hold.
    void navigate({ to: pathname, search: change as never, replace: true, resetScroll: false });
  };
  return [value, set];
}

/** The same for words that are typed: the field keeps up with the fingers, the address follows. */
export function useTextParam(name: string): [text: string, set: (text: string) => void] {
  const [param, setParam] = useParam<string>(name, '');
  const [text, setText] = useState(param);
  const [settled] = useDebouncedValue(text, 300);
  const write = useRef(setParam);
  write.current = setParam;
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) write.current(settled.trim());
    first.current = false;
  }, [settled]);
  return [text, setText];
}
