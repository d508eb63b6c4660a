/** The public page needs neither the shell nor a session, so it loads without either. */
import '@fontsource-variable/inter/wght.css';
import './shell/style/token.css';
import { startLanguage } from './language/index.ts';

async function start(): Promise<void> {
  await startLanguage();
  const root = document.getElementById('root')!;
  const path = window.location.pathname.replace(/\/+$/u, '');
  const page = path === '/status' ? await import('./status/main.tsx') : await import('./shell/main.tsx');
  page.show(root);
}

void start();
