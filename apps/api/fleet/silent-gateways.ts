import { z } from 'zod';
import { idSchema } from '#libs/contract';

/** The field with which an answer from many gateways says what is missing in it. */
export const silentGateways = {
  silentGateways: z.array(idSchema('gateway')).meta({
    description: 'Gateways that did not answer within a second: what they have is not in this answer',
  }),
};
