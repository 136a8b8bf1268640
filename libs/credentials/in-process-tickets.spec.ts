import { describeTickets } from '../../test/support/tickets/tickets-contract.js';
import { createInProcessTickets } from './in-process-tickets.js';

describeTickets('tickets in one process', () => {
  const tickets = createInProcessTickets();
  return { issuer: tickets, redeemers: [tickets, tickets], close: () => tickets.close() };
});
