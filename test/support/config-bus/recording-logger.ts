import type { ConfigBusLogger } from '#libs/config-bus';

export interface LogLine {
  level: 'info' | 'warn' | 'error';
  fields: object;
  message: string;
}

/** A logger that keeps its lines. */
export function recordingLogger(): { logger: ConfigBusLogger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const logger: ConfigBusLogger = {
    info: (fields, message) => lines.push({ level: 'info', fields, message }),
    warn: (fields, message) => lines.push({ level: 'warn', fields, message }),
    error: (fields, message) => lines.push({ level: 'error', fields, message }),
  };
  return { logger, lines };
}
