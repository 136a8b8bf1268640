import { hash } from 'node:crypto';
import { base62Checksum, checksumLength, randomBase62, secretLength } from './base62.js';

const ticketPattern = new RegExp(`^(slt_[0-9A-Za-z]{${secretLength}})([0-9A-Za-z]{${checksumLength}})$`);

/** A new ticket. `ticket` is shown to the client once; only its hash is stored. */
export interface GeneratedTicket {
  ticket: string;
  /** SHA-256 in hexadecimal. */
  ticketHash: string;
}

/** Generates a ticket of 256 random bits. */
export function generateTicket(): GeneratedTicket {
  const secret = `slt_${randomBase62(secretLength)}`;
  return { ticket: secret + base62Checksum(secret), ticketHash: hash('sha256', secret) };
}

/**
 * The hash under which a presented ticket is stored; null if it is not a ticket or has a wrong checksum, so
 * that it needs no look-up.
 */
export function hashTicket(text: string): string | null {
  const [, secret, presentedChecksum] = ticketPattern.exec(text) ?? [];
  if (secret === undefined || presentedChecksum !== base62Checksum(secret)) return null;
  return hash('sha256', secret);
}
