import { spawn } from 'node:child_process';

/** Whether somebody sits at a desktop: only then is a browser opened. */
export function onDesktop(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  isTerminal: boolean,
): boolean {
  if (!isTerminal || (env['CI'] ?? '') !== '' || (env['SSH_CONNECTION'] ?? '') !== '') return false;
  if (platform === 'darwin' || platform === 'win32') return true;
  return (env['DISPLAY'] ?? '') !== '' || (env['WAYLAND_DISPLAY'] ?? '') !== '';
}

/** Opens an address in the desktop's browser. That none could be opened is no error: the address is printed too. */
export function openBrowser(url: string, platform: NodeJS.Platform): void {
  const [command, args]: [string, string[]] =
    platform === 'darwin'
      ? ['open', [url]]
      : platform === 'win32'
        ? ['cmd', ['/c', 'start', '', url]]
        : ['xdg-open', [url]];
  spawn(command, args, { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
