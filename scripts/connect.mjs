// A WebSocket client for trying things out: npm run connect -- URL [--key KEY] [--protocol NAME] [MESSAGE...]
// Sends each MESSAGE, prints what comes back, and closes; without a MESSAGE it sends each line of standard input.
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const usage = 'usage: npm run connect -- URL [--key KEY] [--protocol NAME]... [MESSAGE...]';

main(await loadWebSocket());

function main(WebSocket) {
  const { url, key, protocols, messages } = readArguments();
  const socket = new WebSocket(url, protocols, { headers: key ? { 'X-Api-Key': key } : {} });
  let awaited = messages.length;
  socket.on('open', () => {
    console.log(`connected${socket.protocol ? ` (subprotocol ${socket.protocol})` : ''}`);
    if (messages.length > 0) for (const message of messages) socket.send(message);
    else
      createInterface({ input: process.stdin })
        .on('line', (line) => socket.send(line))
        .on('close', () => socket.close(1000));
  });
  socket.on('message', (data, isBinary) => {
    console.log(`< ${isBinary ? data.toString('hex') : data.toString()}`);
    awaited -= 1;
    if (awaited === 0) socket.close(1000);
  });
  socket.on('unexpected-response', (_request, response) => {
    console.error(`refused: ${response.statusCode} ${response.statusMessage}`);
    response
      .setEncoding('utf8')
      .on('data', (text) => console.error(text))
      .on('end', () => process.exit(1));
  });
  socket.on('error', (error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
  socket.on('close', (code, reason) => {
    console.log(`closed ${code} ${reason}`.trim());
    // Whoever writes lines to it learns that nobody takes them any more.
    process.stdin.destroy();
  });
}

// In a checkout of which only the image was built, there are no packages.
async function loadWebSocket() {
  try {
    return (await import('ws')).WebSocket;
  } catch {
    console.error('The packages are not installed: npm ci installs them, and so does npm start.');
    return process.exit(1);
  }
}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { key: { type: 'string' }, protocol: { type: 'string', multiple: true } },
  });
  const [url, ...messages] = positionals;
  if (!url) {
    console.error(usage);
    process.exit(2);
  }
  return { url, key: values.key, protocols: values.protocol ?? [], messages };
}
