import { recordingLogger } from '../../../test/support/config-bus/recording-logger.js';
import { describeFleet } from '../../../test/support/fleet/fleet-contract.js';
import { createInProcessFleet } from './in-process-fleet.js';

describeFleet('in-process fleet', () => {
  const { logger, lines } = recordingLogger();
  return { ...createInProcessFleet({ logger }), lines };
});
