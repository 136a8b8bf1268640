import { runBenchmark, temporaryFolder } from '../run-benchmark.js';
import { buildLoadPrograms } from '../comparison/load-programs.js';
import { Pinning } from '../comparison/pinning.js';
import { sluice } from '../comparison/proxies/sluice.js';
import { readPairOptions } from './pair-options.js';
import { processorRows } from './pair-rows.js';
import { measureProcessorPairs } from './processor-pairs.js';

const options = readPairOptions(process.argv.slice(2));
const settings = { SLUICE_ENGINE: 'native' };
const hasLocalLimits = !options.isFleet;
const common = { settings, hasLocalLimits };

await runBenchmark(async (releases) => {
  const pinning = new Pinning();
  pinning.pinSelf();
  const input = {
    options,
    folder: await temporaryFolder(releases),
    programs: await buildLoadPrograms(),
    pinning,
    kinds: {
      baseline: sluice({ ...common, name: 'baseline', checkout: options.baseline }),
      now: sluice({ ...common, name: 'now' }),
    },
    log: console.error,
  };
  console.error(pinning.description);
  return processorRows(await measureProcessorPairs(input, releases));
});
