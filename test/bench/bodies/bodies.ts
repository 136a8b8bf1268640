import { parseArgs } from 'node:util';
import type { Releases } from '../../support/releases.js';
import { CertificateFolder, testCertificate } from '../../support/tls-certificates.js';
import { BenchWorker } from '../bench-worker.js';
import { builtProgram } from '../built-program.js';
import { benchGatewaySettings } from '../comparison/proxies/sluice-settings.js';
import { quantile } from '../quantile.js';
import { roundOptions, roundsOf } from '../read-rounds.js';
import { runBenchmark, temporaryFolder } from '../run-benchmark.js';
import { startBenchGateway, startControlPlane } from '../sluice-processes.js';
import { freePort } from '../../support/free-port.js';
import type { BodyClientCalls, Transfer } from './body-client.js';
import type { BodyUpstreamCalls } from './body-upstream.js';
import { startDelayedLink } from './delayed-link.js';

const { values: options } = parseArgs({
  options: {
    ...roundOptions,
    /** The folder of an earlier, built checkout, measured in turn with this one. */
    baseline: { type: 'string' },
  },
});
const { rounds } = roundsOf(options);
const roundTripsMs = [0, 20];
const bodyBytes = 2 ** 24;
const versions = ['1.1', '2'] as const;
type Version = (typeof versions)[number];

interface Subject {
  name: string;
  adminUrl: string;
  /** The port of the TLS address, for each time of a round trip. */
  ports: Map<number, number>;
}

interface Case {
  name: string;
  requests: number;
  isUpload: boolean;
  roundTripMs: number;
}

interface Sample {
  ms: number;
  cpuMs: number;
}

const cases: readonly Case[] = roundTripsMs.flatMap((roundTripMs) =>
  [
    { name: 'an upload of 16 MiB', requests: 1, isUpload: true },
    { name: 'eight of 2 MiB at once', requests: 8, isUpload: true },
    { name: 'a download of 16 MiB', requests: 1, isUpload: false },
  ].map((one) => ({ ...one, roundTripMs })),
);

await runBenchmark(async (releases) => {
  const certificates = await CertificateFolder.make();
  releases.add(() => certificates.remove());
  const ca = await testCertificate('ca.crt');
  const client = BenchWorker.start<BodyClientCalls>('bodies/body-client.js', releases);
  const subjects = await startSubjects(certificates.path, releases);
  const samples = new Map<string, Sample[]>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const one of cases) {
      for (const version of versions) {
        for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
          const sample = await measure(client, subject, one, { version, ca });
          const key = keyOf(subject, one, version);
          // The first round warms up.
          if (round > 0) samples.set(key, [...(samples.get(key) ?? []), sample]);
        }
      }
    }
    console.error(`round ${round} of ${rounds}`);
  }
  return rowsOf(subjects, (subject, one, version) => samples.get(keyOf(subject, one, version)) ?? []);
});

async function startSubjects(certificates: string, releases: Releases): Promise<Subject[]> {
  const folder = await temporaryFolder(releases);
  const plane = await startControlPlane({ folder, settings: benchGatewaySettings }, releases);
  const upstream = BenchWorker.start<BodyUpstreamCalls>('bodies/body-upstream.js', releases);
  await plane.rest.call('POST', '/tenants', { slug: 'bench' });
  await plane.rest.call('POST', '/tenants/bench/routes', {
    match: { path: '/' },
    http: 'proxy',
    auth: { mode: 'none' },
    upstreams: [{ url: await upstream.call('listen') }],
  });
  const checkouts = options.baseline === undefined ? [] : [['baseline', options.baseline] as const];
  const subjects: Subject[] = [];
  for (const [name, checkout] of [...checkouts, ['now', '.'] as const]) {
    const tlsPort = await freePort();
    const settings = {
      ...benchGatewaySettings,
      SLUICE_GATEWAY_TLS_LISTEN: `127.0.0.1:${tlsPort}`,
      SLUICE_TLS_CERTIFICATES: certificates,
    };
    const launch = { main: builtProgram(checkout, 'apps/gateway/main.js') };
    const { adminPort } = await startBenchGateway(plane, { folder, settings, launch }, releases);
    const ports = new Map<number, number>();
    for (const ms of roundTripsMs) {
      ports.set(ms, ms === 0 ? tlsPort : await startDelayedLink(tlsPort, ms / 2, releases));
    }
    subjects.push({ name, adminUrl: `http://127.0.0.1:${adminPort}`, ports });
  }
  return subjects;
}

async function measure(
  client: BenchWorker<BodyClientCalls>,
  { adminUrl, ports }: Subject,
  { requests, isUpload, roundTripMs }: Case,
  { version, ca }: Pick<Transfer, 'version' | 'ca'>,
): Promise<Sample> {
  const bytes = bodyBytes / requests;
  const [requestBytes, answerBytes] = isUpload ? [bytes, 0] : [0, bytes];
  const port = ports.get(roundTripMs) ?? 0;
  const cpuBefore = await cpuMsOf(adminUrl);
  const ms = await client.call('transfer', { port, ca, version, requests, requestBytes, answerBytes });
  return { ms, cpuMs: (await cpuMsOf(adminUrl)) - cpuBefore };
}

async function cpuMsOf(adminUrl: string): Promise<number> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text();
  return 1000 * Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
}

function keyOf(subject: Subject, { name, roundTripMs }: Case, version: Version): string {
  return [subject.name, name, roundTripMs, version].join();
}

function rowsOf(
  subjects: readonly Subject[],
  samplesOf: (subject: Subject, one: Case, version: Version) => Sample[],
): string[][] {
  const head = ['', 'build', 'round trip', 'HTTP/1.1', 'HTTP/2', 'ratio', 'processor, HTTP/1.1', 'HTTP/2'];
  const median = (samples: Sample[], field: keyof Sample): string =>
    `${quantile(
      samples.map((sample) => sample[field]),
      0.5,
    ).toFixed(0)} ms`;
  return [
    head,
    ...cases.flatMap((one) =>
      subjects.map((subject) => {
        const [h1, h2] = [samplesOf(subject, one, '1.1'), samplesOf(subject, one, '2')];
        const ratios = h2.map(({ ms }, round) => ms / (h1[round]?.ms ?? Number.NaN));
        const span = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(1)).join(' to ');
        return [
          one.name,
          subject.name,
          `${one.roundTripMs} ms`,
          median(h1, 'ms'),
          median(h2, 'ms'),
          `**${quantile(ratios, 0.5).toFixed(1)}×** (${span})`,
          median(h1, 'cpuMs'),
          median(h2, 'cpuMs'),
        ];
      }),
    ),
  ];
}
