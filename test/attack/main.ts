import { parseArgs } from 'node:util';
import { Assault } from './assault.js';
import type { AttackCase } from './attack-case.js';
import { families } from './families.js';
import { GatewayProcess } from './gateway-process.js';
import { OperatedGateway } from './operated-gateway.js';

const usage = `npm run attack -- [--only <text>] [--engine native|typescript] [--gateway ws://127.0.0.1:8080 --api http://127.0.0.1:3000 --admin http://127.0.0.1:9090]
  Starts a Sluice of its own and attacks it; or attacks the one that is named, whose SLUICE_ADMIN_TOKEN it needs, and whose
  SLUICE_UPSTREAM_ALLOW is 127.0.0.1/32 and SLUICE_MAX_PENDING_PER_ADDRESS is 0. It makes a tenant of its own there, and takes it away in the end.
  --only    cases whose family or name has this text
  --engine  what relays in a Sluice of its own (SLUICE_ENGINE); the native engine unless given`;

const outcomes = { withstood: 0, gaveWay: 0, notRun: 0 };

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
    const notRun = outcomes.notRun === 0 ? '' : `, ${outcomes.notRun} not run`;
    print(`\n${outcomes.withstood} withstood, ${outcomes.gaveWay} gave way${notRun}`);
  } finally {
    await gateway.close();
  }
  return outcomes.gaveWay === 0 ? 0 : 1;
}

async function attack(gateway: OperatedGateway, only: string): Promise<void> {
  const chosen = families.map(({ name, cases }) => ({
    name,
    cases: cases.filter((attack) => `${name}: ${attack.name}`.includes(only)),
  }));
  const assault = new Assault(gateway);
  assault.startSlow(chosen);
  for (const { name, cases } of chosen) {
    for (const attack of cases) await report(name, attack, gateway, () => assault.perform(attack));
  }
  const echo = { name: 'somebody gets an echo' };
  await report('after all', echo, gateway, () => assault.expectEcho());
  const whole = { name: 'the gateway never ended, and holds no socket, connection or timer' };
  await report('after all', whole, gateway, () => gateway.expectUnharmed());
}

type Named = Pick<AttackCase, 'name' | 'needsStandInNames'>;

async function report(
  family: string,
  { name, needsStandInNames }: Named,
  gateway: OperatedGateway,
  run: () => Promise<void>,
): Promise<void> {
  if (needsStandInNames === true && !gateway.findsStandInNames) {
    outcomes.notRun += 1;
    print(`not run    ${family}: ${name} (it needs a resolver of its own)`);
    return;
  }
  const startedAt = performance.now();
  try {
    await run();
    outcomes.withstood += 1;
    print(`withstood  ${family}: ${name}  ${Math.round(performance.now() - startedAt)} ms`);
  } catch (error) {
    outcomes.gaveWay += 1;
    print(`GAVE WAY   ${family}: ${name}\n${String(error).replace(/^/gm, '           ')}`);
  }
}

interface Options {
  only: string;
  start(): Promise<OperatedGateway>;
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
    return { only, start: () => GatewayProcess.start(engine ?? 'native') };
  if (engine !== undefined) return null;
  const adminToken = process.env['SLUICE_ADMIN_TOKEN'];
  if (gateway === undefined || api === undefined || admin === undefined || adminToken === undefined)
    return null;
  const whereabouts = {
    gatewayUrl: gateway,
    apiUrl: api,
    adminUrl: admin,
    adminToken,
    findsStandInNames: false,
  };
  return { only, start: () => Promise.resolve(new OperatedGateway(whereabouts)) };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
