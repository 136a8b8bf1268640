import { setTimeout } from 'node:timers';
import SockJS from 'sockjs-client';

// `node sockjs-client.mjs URL websocket 50` exits with 0 if 50 clients got their echo over this transport.
const [url, transport, clients] = process.argv.slice(2);
const maxMs = 60_000;

setTimeout(() => fail('no echo in time'), maxMs).unref();
await Promise.all(Array.from({ length: Number(clients) }, (_, index) => echo(`hello ${index}`)));
process.exit(0);

function echo(text) {
  return new Promise((resolve) => {
    const client = new SockJS(url, null, { transports: [transport] });
    client.onopen = () => client.send(text);
    client.onmessage = ({ data }) => {
      if (data !== text || client.transport !== transport) fail(`${client.transport} returned ${data}`);
      client.onclose = () => resolve();
      client.close();
    };
    client.onclose = ({ code, reason }) => fail(`closed with ${code} ${reason}`);
  });
}

function fail(reason) {
  console.error(reason);
  process.exit(1);
}
