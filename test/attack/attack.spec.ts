import { afterAll, beforeAll, describe, test } from 'vitest';
import { AttackRunner } from './attack-runner.js';
import { families } from './families.js';
import { TargetInProcess } from './target-in-process.js';

let gateway: TargetInProcess;
let runner: AttackRunner;

beforeAll(async () => {
  gateway = await TargetInProcess.start();
  runner = new AttackRunner(gateway);
  runner.startSlow(families);
});

afterAll(() => gateway.close());

describe.each(families)('a gateway withstands: $name', ({ cases }) => {
  test.each(cases)('$name', (attack) => runner.run(attack));
});

test('after all attacks an ordinary client still gets an echo, and no socket, slot or timer is left', async () => {
  await runner.expectEcho();
  await gateway.expectNoLeaks();
});
