import { hash } from 'node:crypto';
import { base62Checksum, checksumLength, randomBase62, secretLength } from './base62.js';

const ticketPattern = new RegExp(`^(slt_[0-9A-Za-z]{${secretLength}})([0-9A-Za-z]{${checksumLength}})$`);

/** A ticket that was just made. `ticket` goes to the client once; it is found again by its hash alone. */
export interface GeneratedTicket {
  ticket: string;
  /** SHA-256 in hexadecimal. */
  ticketHash: string;
}

/** Makes a ticket of 256 random bits. */
export function generateTicket(): GeneratedTicket {
  const secret = `slt_${randomBase62(secretLength)}`;
  return { ticket: secret + base62Checksum(secret), ticketHash: hash('sha256', secret) };
}

/** The hash by which a presented ticket is found; null when it is no ticket or was mistyped, which needs no look-up. */
export function hashTicket(text: string): string | null {
  const [, secret, presentedChecksum] = ticketPattern.exec(text) ?? [];
  if (secret === undefined || presentedChecksum !== base62Checksum(secret)) return null;
  return hash('sha256', secret);
}
