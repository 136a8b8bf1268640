/** Programs that connect with a key. */
export const snippetKinds = ['browser', 'node', 'python', 'websocat'] as const;
export type SnippetKind = (typeof snippetKinds)[number];

/** A program that opens the URL with the key. Strings are written as JSON, which all three languages read. */
export function snippetOf(kind: SnippetKind, url: string, key: string): string {
  const [address, secret] = [JSON.stringify(url), JSON.stringify(key)];
  switch (kind) {
    case 'browser':
      // A page cannot set header fields.
      return [
        `const socket = new WebSocket(${address}, [${JSON.stringify(`sluice.key.${key}`)}]);`,
        `socket.onopen = () => socket.send('hello');`,
        `socket.onmessage = ({ data }) => console.log(data);`,
        `socket.onclose = ({ code, reason }) => console.log(code, reason);`,
      ].join('\n');
    case 'node':
      return [
        `import WebSocket from 'ws';`,
        ``,
        `const socket = new WebSocket(${address}, { headers: { 'X-Api-Key': ${secret} } });`,
        `socket.on('open', () => socket.send('hello'));`,
        `socket.on('message', (data) => console.log(String(data)));`,
        `socket.on('close', (code, reason) => console.log(code, String(reason)));`,
      ].join('\n');
    case 'python':
      return [
        `from websockets.sync.client import connect`,
        ``,
        `with connect(${address}, additional_headers={"X-Api-Key": ${secret}}) as socket:`,
        `    socket.send("hello")`,
        `    print(socket.recv())`,
      ].join('\n');
    case 'websocat':
      return `websocat -H ${inShell(`X-Api-Key: ${key}`)} ${inShell(url)}`;
  }
}

function inShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
