import { Agent, createServer } from 'node:http';
import { createProxyServer } from 'http-proxy-3';

// As in the README of the package, with an agent that keeps its connections to the upstream open:
// `node proxy.mjs 8080 9000` proxies port 8080 to port 9000.
const [port, upstreamPort] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true });
const proxy = createProxyServer({ target: `http://127.0.0.1:${upstreamPort}`, agent });
proxy.on('error', (error, _request, answer) => {
  console.error(error.message);
  answer.end();
});
createServer((request, response) => proxy.web(request, response)).listen({
  port,
  host: '127.0.0.1',
  backlog: 4096,
});
