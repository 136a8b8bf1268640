import { expect, test } from 'vitest';
import { generateApiKey } from './api-key.js';
import { generateTicket, hashTicket } from './ticket.js';

test('a ticket is found by its hash, which does not contain it', () => {
  const { ticket, ticketHash } = generateTicket();
  expect(hashTicket(ticket)).toBe(ticketHash);
  expect(ticketHash).toMatch(/^[0-9a-f]{64}$/);
  expect(encodeURIComponent(ticket)).toBe(ticket);
});

test('a ticket with one mistyped character is refused without a look-up', () => {
  const { ticket } = generateTicket();
  for (let at = 4; at < ticket.length; at += 1) {
    const other = ticket[at] === 'a' ? 'b' : 'a';
    expect(hashTicket(ticket.slice(0, at) + other + ticket.slice(at + 1))).toBeNull();
  }
});

test('an API key is not accepted as a ticket', () => {
  for (const text of ['', 'slt_', generateApiKey().key, ` ${generateTicket().ticket}`]) {
    expect(hashTicket(text)).toBeNull();
  }
});
