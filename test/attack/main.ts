import { parseArgs } from 'node:util';
import { AttackRunner } from './attack-runner.js';
import type { AttackCase } from './attack-case.js';
import { families } from './families.js';
import { TargetProcess } from './target-process.js';
import { RemoteTarget } from './remote-target.js';

const usage = `npm run attack -- [--only <text>] [--engine native|typescript] [--gateway ws://127.0.0.1:8080 --api http://127.0.0.1:3000 --admin http://127.0.0.1:9090]
  Starts a Sluice and attacks it, or attacks the running one at the given URLs. For a running one, set SLUICE_ADMIN_TOKEN;
  its SLUICE_UPSTREAM_ALLOW must be 127.0.0.1/32 and its SLUICE_MAX_PENDING_PER_ADDRESS 0. A tenant is created there, and deleted at the end.
  --only    run only the cases whose family or name contains this text
  --engine  SLUICE_ENGINE of the started Sluice; native by default`;

const outcomes = { passed: 0, failed: 0, skipped: 0 };

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (!options) {
    print(usage);
    return 2;
  }
  const gateway = await options.start();
  try {
    await gateway.prepare();
    await attack(gateway, options.only);
    const skipped = outcomes.skipped === 0 ? '' : `, ${outcomes.skipped} skipped`;
    print(`\n${outcomes.passed} passed, ${outcomes.failed} failed${skipped}`);
  } finally {
    await gateway.close();
  }
  return outcomes.failed === 0 ? 0 : 1;
}

async function attack(gateway: RemoteTarget, only: string): Promise<void> {
  const chosen = families.map(({ name, cases }) => ({
    name,
    cases: cases.filter((attack) => `${name}: ${attack.name}`.includes(only)),
  }));
  const runner = new AttackRunner(gateway);
  runner.startSlow(chosen);
  for (const { name, cases } of chosen) {
    for (const attack of cases) await report(name, attack, gateway, () => runner.run(attack));
  }
  const echo = { name: 'an ordinary client still gets an echo' };
  await report('after all', echo, gateway, () => runner.expectEcho());
  const whole = { name: 'the gateway did not restart, and no socket, connection or timer is left' };
  await report('after all', whole, gateway, () => gateway.expectNoLeaks());
}

type Named = Pick<AttackCase, 'name' | 'needsStubResolver'>;

async function report(
  family: string,
  { name, needsStubResolver }: Named,
  gateway: RemoteTarget,
  run: () => Promise<void>,
): Promise<void> {
  if (needsStubResolver === true && !gateway.hasStubResolver) {
    outcomes.skipped += 1;
    print(`skipped  ${family}: ${name} (needs the stub resolver)`);
    return;
  }
  const startedAt = performance.now();
  try {
    await run();
    outcomes.passed += 1;
    print(`passed   ${family}: ${name}  ${Math.round(performance.now() - startedAt)} ms`);
  } catch (error) {
    outcomes.failed += 1;
    print(`FAILED   ${family}: ${name}\n${String(error).replace(/^/gm, '         ')}`);
  }
}

interface Options {
  only: string;
  start(): Promise<RemoteTarget>;
}

function readOptions(): Options | null {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      engine: { type: 'string' },
      gateway: { type: 'string' },
      api: { type: 'string' },
      admin: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { only, engine, gateway, api, admin } = values;
  if (values.help) return null;
  if (gateway === undefined && api === undefined && admin === undefined)
    return { only, start: () => TargetProcess.start(engine ?? 'native') };
  if (engine !== undefined) return null;
  const adminToken = process.env['SLUICE_ADMIN_TOKEN'];
  if (gateway === undefined || api === undefined || admin === undefined || adminToken === undefined)
    return null;
  const addresses = {
    gatewayUrl: gateway,
    apiUrl: api,
    adminUrl: admin,
    adminToken,
    hasStubResolver: false,
  };
  return { only, start: () => Promise.resolve(new RemoteTarget(addresses)) };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
