import { z } from 'zod';
import { idSchema } from '#libs/contract';

/** The field of an answer that lists the gateways whose data is missing. */
export const silentGateways = {
  silentGateways: z.array(idSchema('gateway')).meta({
    description: 'Ids of gateways that did not answer within a second; their data is missing',
  }),
};
