const benchmarks = [
  'balancing',
  'bodies',
  'comparison',
  'configuration',
  'drain',
  'failover',
  'features',
  'http',
  'limits',
  'listing',
  'lists',
  'pair',
  'pongs',
  'propagation',
  'requests',
  'revocation',
  'routing',
  'slots',
  'soak',
  'starvation',
  'usage',
  'workers',
] as const;

const usage = `npm run bench -- [NAME] [OPTIONS]
  NAME is one of ${benchmarks.join(', ')}; comparison by default. docs/benchmarks.md describes them.`;

const [first = ''] = process.argv.slice(2);
const name = first === '' || first.startsWith('--') ? 'comparison' : first;
if (benchmarks.some((benchmark) => benchmark === name)) {
  // Each benchmark parses its own options.
  if (name === first) process.argv.splice(2, 1);
  const inFolder = ['bodies', 'comparison', 'http', 'pair'].includes(name);
  await import(`./${inFolder ? `${name}/${name}` : name}.js`);
} else {
  console.error(usage);
  process.exitCode = 2;
}
