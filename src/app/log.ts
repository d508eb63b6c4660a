import pino, { type Logger } from 'pino';

/**
 * Structured log lines on standard error. Secrets never reach it: request headers and bodies are not logged, and the
 * fields that could hold one are cut out.
 */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          'password',
          'secret',
          'token',
          '*.password',
          '*.secret',
          '*.token',
          'headers.authorization',
          'headers.cookie',
        ],
        censor: '[secret]',
      },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
