/** Programs that open a WebSocket, and the part of a configuration of nginx that leads to it. */
export const snippetKinds = ['browser', 'node', 'python', 'websocat', 'nginx'] as const;
export type SnippetKind = (typeof snippetKinds)[number];

export interface SnippetInput {
  url: string;
  subprotocols?: readonly string[];
  /** Null: without a credential. */
  key: string | null;
}

/**
 * A program that opens the URL. Texts are escaped for its language, so that nothing in a URL, a subprotocol
 * or a key becomes code. The key goes into a header field, except in a page, which cannot send one.
 */
export function snippetOf(kind: SnippetKind, { url, subprotocols = [], key }: SnippetInput): string {
  const input = { url, subprotocols, key };
  switch (kind) {
    case 'browser':
      return browserProgram(input);
    case 'node':
      return nodeProgram(input);
    case 'python':
      return pythonProgram(input);
    case 'websocat':
      return websocatCommand(input);
    case 'nginx':
      return nginxLocation(input);
  }
}

type Connection = Required<SnippetInput>;

function browserProgram({ url, subprotocols, key }: Connection): string {
  const offered = key === null ? subprotocols : [...subprotocols, `sluice.key.${key}`];
  const second = offered.length === 0 ? '' : `, ${literal(offered)}`;
  return [
    `const socket = new WebSocket(${literal(url)}${second});`,
    `socket.onopen = () => socket.send('hello');`,
    `socket.onmessage = ({ data }) => console.log(data);`,
    `socket.onclose = ({ code, reason }) => console.log(code, reason);`,
  ].join('\n');
}

function nodeProgram({ url, subprotocols, key }: Connection): string {
  const options = [
    ...(subprotocols.length === 0 ? [] : [literal(subprotocols)]),
    ...(key === null ? [] : [`{ headers: { 'X-Api-Key': ${literal(key)} } }`]),
  ];
  return [
    `import WebSocket from 'ws';`,
    ``,
    `const socket = new WebSocket(${[literal(url), ...options].join(', ')});`,
    `socket.on('open', () => socket.send('hello'));`,
    `socket.on('message', (data) => console.log(String(data)));`,
    `socket.on('close', (code, reason) => console.log(code, String(reason)));`,
    `socket.on('error', (error) => console.error(error.message));`,
  ].join('\n');
}

function pythonProgram({ url, subprotocols, key }: Connection): string {
  const options = [
    ...(subprotocols.length === 0 ? [] : [`subprotocols=${literal(subprotocols)}`]),
    ...(key === null ? [] : [`additional_headers={"X-Api-Key": ${literal(key)}}`]),
  ];
  return [
    `from websockets.sync.client import connect`,
    ``,
    `with connect(${[literal(url), ...options].join(', ')}) as socket:`,
    `    socket.send("hello")`,
    `    print(socket.recv())`,
  ].join('\n');
}

function websocatCommand({ url, subprotocols, key }: Connection): string {
  return [
    'websocat',
    ...(subprotocols.length === 0 ? [] : ['--protocol', inShell(subprotocols.join(', '))]),
    ...(key === null ? [] : ['-H', inShell(`X-Api-Key: ${key}`)]),
    inShell(url),
  ].join(' ');
}

/** The location of an nginx in front of the gateways, with the directives that a WebSocket needs. */
function nginxLocation({ url, key }: Connection): string {
  const { protocol, host, pathname } = new URL(url);
  const isOverTls = protocol === 'wss:';
  return [
    `location = ${inNginx(decoded(pathname))} {`,
    `    proxy_pass ${isOverTls ? 'https' : 'http'}://${withoutVariables(host)};`,
    ...(isOverTls ? ['    proxy_ssl_server_name on;'] : []),
    `    proxy_http_version 1.1;`,
    `    proxy_set_header Host ${inNginx(withoutVariables(host))};`,
    `    proxy_set_header Upgrade $http_upgrade;`,
    `    proxy_set_header Connection "upgrade";`,
    ...(key === null ? [] : [`    proxy_set_header X-Api-Key ${inNginx(withoutVariables(key))};`]),
    `    proxy_read_timeout 1h;`,
    `}`,
  ].join('\n');
}

// JSON is a literal of JavaScript and of Python alike.
function literal(value: unknown): string {
  return JSON.stringify(value);
}

function inShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function inNginx(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, '\\$&')}"`;
}

// nginx replaces variables in these values, and has no way to write a dollar; no host and no key has one.
function withoutVariables(text: string): string {
  return text.replaceAll('$', '%24');
}

// nginx compares locations with the decoded path, without empty segments.
function decoded(path: string): string {
  try {
    const text = decodeURIComponent(path).replaceAll(/\/{2,}/g, '/');
    return /[\p{Cc}]/u.test(text) ? path : text;
  } catch {
    return path;
  }
}
