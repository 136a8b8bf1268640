import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { newId } from '#libs/contract';
import { generateTicket, type TicketGrant, type TicketIssuer, type TicketRedeemer } from '#libs/credentials';
import { longWait } from '../long-wait.js';

/** The ends of one API and of two gateways on the same ticket store. */
export interface TicketEnds {
  issuer: TicketIssuer;
  redeemers: [TicketRedeemer, TicketRedeemer];
  close(): Promise<void>;
}

/** The contract of every adapter. */
export function describeTickets(name: string, open: () => TicketEnds): void {
  describe(name, () => {
    let ends: TicketEnds;
    beforeEach(() => {
      ends = open();
    });
    afterEach(() => ends.close());

    test('a ticket is redeemed once, for the grant that it was issued for', async () => {
      const { ticketHash } = generateTicket();
      const grant = sampleGrant({ routeIds: [newId('route')] });
      await ends.issuer.issue(ticketHash, grant, 30);
      expect(await ends.redeemers[0].redeem(ticketHash)).toEqual({ ok: true, grant });
      for (const redeemer of ends.redeemers) {
        expect(await redeemer.redeem(ticketHash)).toEqual({ ok: true, grant: null });
      }
    });

    test('if many gateways redeem a ticket at once, exactly one gets the grant', async () => {
      const { ticketHash } = generateTicket();
      await ends.issuer.issue(ticketHash, sampleGrant(), 30);
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, index) => ends.redeemers[index % 2 === 0 ? 0 : 1].redeem(ticketHash)),
      );
      expect(results.filter((result) => result.ok && result.grant !== null)).toHaveLength(1);
    });

    test('a ticket that was only looked for is still redeemed, and is then found no more', async () => {
      const { ticketHash } = generateTicket();
      const grant = sampleGrant();
      await ends.issuer.issue(ticketHash, grant, 30);
      for (const redeemer of ends.redeemers) {
        expect(await redeemer.find(ticketHash)).toEqual({ ok: true, grant });
      }
      expect(await ends.redeemers[0].redeem(ticketHash)).toEqual({ ok: true, grant });
      expect(await ends.redeemers[1].find(ticketHash)).toEqual({ ok: true, grant: null });
    });

    test('a ticket that was not issued is not redeemed', async () => {
      const { ticketHash } = generateTicket();
      expect(await ends.redeemers[1].redeem(ticketHash)).toEqual({ ok: true, grant: null });
    });

    test('a ticket is valid until its expiry and no longer', async () => {
      const grant = sampleGrant();
      const long = generateTicket().ticketHash;
      await ends.issuer.issue(long, grant, 300);
      const tried = new Set<string>();
      await vi.waitFor(async () => {
        // A look redeems the ticket, so each look needs a separate ticket of the same age.
        if (tried.size === 0) {
          for (let index = 0; index < 1000; index += 1) tried.add(generateTicket().ticketHash);
          await Promise.all([...tried].map((hash) => ends.issuer.issue(hash, grant, 1)));
        }
        const [next] = tried;
        if (next === undefined) throw new Error('all tickets are used up');
        tried.delete(next);
        expect(await ends.redeemers[0].redeem(next)).toEqual({ ok: true, grant: null });
      }, longWait);
      expect(await ends.redeemers[0].redeem(long)).toEqual({ ok: true, grant });
    });
  });
}

export function sampleGrant(overrides: Partial<TicketGrant> = {}): TicketGrant {
  return { tenantId: newId('tenant'), apiKeyId: newId('apiKey'), routeIds: null, ...overrides };
}
