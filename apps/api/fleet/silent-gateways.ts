import { z } from 'zod';
import { idSchema } from '#libs/contract';

/** The field of an answer that names the gateways whose part is missing. */
export const silentGateways = {
  silentGateways: z.array(idSchema('gateway')).meta({
    description: 'Gateways that did not answer within a second: their part is missing',
  }),
};
