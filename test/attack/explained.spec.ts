import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConcurrencyLimit } from '#libs/async';
import { explainableRequest, verdictOfAnswer, verdictOfExplanation } from '../support/explained-request.js';
import { AttackRunner } from './attack-runner.js';
import { requestFamilies } from './families.js';
import { TargetInProcess } from './target-in-process.js';

interface Compared {
  request: string;
  answered: string;
  explained: string;
}

let gateway: TargetInProcess;
beforeAll(async () => {
  gateway = await TargetInProcess.start();
});
afterAll(() => gateway.close());

test('an explanation has the verdict of the real answer to every attack that a target and header fields can express', async ({
  annotate,
}) => {
  const compared: Compared[] = [];
  let others = 0;
  const runner = new AttackRunner(gateway, async (sent, { text }) => {
    const request = explainableRequest(sent);
    if (request === null) {
      others += 1;
      return;
    }
    const explained = verdictOfExplanation(await gateway.explain(request));
    compared.push({ request: beginningOf(sent), answered: verdictOfAnswer(text), explained });
  });
  const cases = requestFamilies
    .flatMap((family) => family.cases)
    .filter(({ isSlow, isRebinding }) => isSlow !== true && isRebinding !== true);
  const atOnce = new ConcurrencyLimit(8);
  await Promise.all(cases.map((attack) => atOnce.run(() => runner.run(attack))));
  expect(compared.filter(({ answered, explained }) => answered !== explained)).toEqual([]);
  // The others are broken heads, methods other than GET, and targets in absolute-form.
  await annotate(`${compared.length} requests of the attacks were compared, ${others} cannot be explained`);
  expect(compared.length).toBeGreaterThan(300);
}, 120_000);

function beginningOf(sent: Buffer): string {
  return sent.toString('latin1').slice(0, 400);
}
