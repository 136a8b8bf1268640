import type { MessageKey } from '../messages/language.js';

const registered: Readonly<Record<number, MessageKey>> = {
  1000: 'close.1000',
  1001: 'close.1001',
  1002: 'close.1002',
  1003: 'close.1003',
  1005: 'close.1005',
  1006: 'close.1006',
  1007: 'close.1007',
  1008: 'close.1008',
  1009: 'close.1009',
  1010: 'close.1010',
  1011: 'close.1011',
  1012: 'close.1012',
  1013: 'close.1013',
  1014: 'close.1014',
  1015: 'close.1015',
};

/** The meaning of a close code (RFC 6455 §7.4, IANA registry). */
export function meaningOf(code: number): MessageKey {
  return registered[code] ?? (code >= 3000 && code <= 4999 ? 'close.application' : 'close.unknown');
}
