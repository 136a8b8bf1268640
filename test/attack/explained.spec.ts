import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConcurrencyLimit } from '#libs/async';
import { saidRequest, verdictOfAnswer, verdictOfExplanation } from '../support/explained-request.js';
import { AttackRunner } from './attack-runner.js';
import { addresses } from './families/addresses.js';
import { connectionOptions } from './families/connection-options.js';
import { credentialFields } from './families/credential-fields.js';
import { framing } from './families/framing.js';
import { headerFields } from './families/header-fields.js';
import { headerVariables } from './families/header-variables.js';
import { hosts } from './families/hosts.js';
import { largeHeads } from './families/large-heads.js';
import { loops } from './families/loops.js';
import { pathReadings } from './families/path-readings.js';
import { spoofedFields } from './families/spoofed-fields.js';
import { stickyCookies } from './families/sticky-cookies.js';
import { targets } from './families/targets.js';
import { TargetInProcess } from './target-in-process.js';

interface Compared {
  request: string;
  answered: string;
  explained: string;
}

// In the other families, every request is an ordinary handshake.
const familiesOfRequests = [
  framing,
  headerFields,
  connectionOptions,
  credentialFields,
  spoofedFields,
  headerVariables,
  stickyCookies,
  largeHeads,
  targets,
  pathReadings,
  hosts,
  loops,
  addresses,
];

let gateway: TargetInProcess;
beforeAll(async () => {
  gateway = await TargetInProcess.start();
});
afterAll(() => gateway.close());

test('an explanation agrees with the answer to every attack that a target and header fields can say', async ({
  annotate,
}) => {
  const compared: Compared[] = [];
  let others = 0;
  const runner = new AttackRunner(gateway, async (sent, { text }) => {
    const request = saidRequest(sent);
    if (request === null) {
      others += 1;
      return;
    }
    const explained = verdictOfExplanation(await gateway.explain(request));
    compared.push({ request: beginningOf(sent), answered: verdictOfAnswer(text), explained });
  });
  const cases = familiesOfRequests
    .flatMap((family) => family.cases)
    .filter(({ isSlow, isRebinding }) => isSlow !== true && isRebinding !== true);
  const atOnce = new ConcurrencyLimit(8);
  await Promise.all(cases.map((attack) => atOnce.run(() => runner.run(attack))));
  expect(compared.filter(({ answered, explained }) => answered !== explained)).toEqual([]);
  // The others are broken heads, methods other than GET, and targets in absolute-form.
  await annotate(`${compared.length} requests of the attacks were compared, ${others} cannot be said`);
  expect(compared.length).toBeGreaterThan(300);
}, 120_000);

function beginningOf(sent: Buffer): string {
  return sent.toString('latin1').slice(0, 400);
}
