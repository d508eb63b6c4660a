import { createRoot } from 'react-dom/client';
import { StrictMode } from 'react';
import { StatusPage } from './status-page.tsx';

/** Shows the public status page: no shell, no session, no component library. */
export function show(root: HTMLElement): void {
  createRoot(root).render(
    <StrictMode>
      <StatusPage />
    </StrictMode>,
  );
}
