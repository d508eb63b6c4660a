/** The title of the tab: how many incidents nobody has, the page, the operator. */
import { useEffect } from 'react';

const said = { page: '', waiting: 0, operator: '' };

function write(): void {
  const words = [said.page, said.operator, 'Lamplighter'].filter((each) => each !== '').join(' · ');
  document.title = said.waiting === 0 ? words : `(${said.waiting}) ${words}`;
}

/** Names the page in the tab while it is shown. */
export function useTitle(page: string): void {
  useEffect(() => {
    said.page = page;
    write();
    return () => {
      said.page = '';
    };
  }, [page]);
}

/** What stands in the title on every page. */
export function useTitleFrame(operator: string, waiting: number): void {
  useEffect(() => {
    said.operator = operator;
    said.waiting = waiting;
    write();
  }, [operator, waiting]);
}
