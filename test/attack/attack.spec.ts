import { afterAll, beforeAll, describe, test } from 'vitest';
import { Assault } from './assault.js';
import { families } from './families.js';
import { GatewayInProcess } from './gateway-in-process.js';

let gateway: GatewayInProcess;
let assault: Assault;

beforeAll(async () => {
  gateway = await GatewayInProcess.start();
  assault = new Assault(gateway);
  assault.startSlow(families);
});

afterAll(() => gateway.close());

describe.each(families)('a gateway withstands: $name', ({ cases }) => {
  test.each(cases)('$name', (attack) => assault.perform(attack));
});

test('after all of it somebody gets an echo, and no socket, slot or timer is left', async () => {
  await assault.expectEcho();
  await gateway.expectUnharmed();
});
