import type { BusLogger } from '#libs/bus';

export interface LogLine {
  level: 'info' | 'warn' | 'error';
  fields: object;
  message: string;
}

/** A logger that keeps its lines. */
export function recordingLogger(): { logger: BusLogger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const logger: BusLogger = {
    info: (fields, message) => lines.push({ level: 'info', fields, message }),
    warn: (fields, message) => lines.push({ level: 'warn', fields, message }),
    error: (fields, message) => lines.push({ level: 'error', fields, message }),
  };
  return { logger, lines };
}
