import { z } from 'zod';
import { queryNumberSchema } from '../http/query-number.js';

const assignedCodes: ReadonlySet<number> = new Set([
  1000, 1001, 1003, 1007, 1008, 1009, 1011, 1012, 1013, 1014,
]);
const allowedText = '1000, 1001, 1003, 1007 to 1009, 1011 to 1014, or 3000 to 4999';

/**
 * The codes with which an operator may close a connection: those that an endpoint may send in a close frame
 * (RFC 6455 §7.4, IANA registry) and that are correct here. Excluded: 1004, 1005, 1006 and 1015, which no
 * close frame may carry; 1002, since the peer has not violated the protocol; 1010, which only clients send;
 * and unassigned codes below 3000. 3000 to 3999 are for libraries, 4000 to 4999 for private use.
 */
export const closeCodeSchema = queryNumberSchema(
  z.int().refine(isAllowed, { error: `expected ${allowedText}` }),
)
  .default(1008)
  .meta({ description: `Close code: ${allowedText}` });

/**
 * The reason: the payload of a close frame has at most 125 bytes, two of them for the code (RFC 6455 §5.5).
 */
export const closeReasonSchema = z
  .string()
  .refine((reason) => Buffer.byteLength(reason) <= 123, { error: 'expected at most 123 bytes of UTF-8' })
  .default('closed by operator')
  .meta({ description: 'Reason, at most 123 bytes of UTF-8' });

function isAllowed(code: number): boolean {
  return assignedCodes.has(code) || (Number.isInteger(code) && code >= 3000 && code <= 4999);
}
