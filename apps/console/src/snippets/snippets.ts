import type { HeaderField } from '../parts/header-lines.js';
import { canSend } from './can-send.js';
import type { SnippetKind } from './snippet-kinds.js';

export interface SnippetInput {
  url: string;
  subprotocols?: readonly string[];
  /** Null: without a credential. */
  key: string | null;
  /** Those that `kind` cannot send are left out. */
  headers?: readonly HeaderField[];
}

/**
 * A program that opens the URL. Texts are escaped for its language, so that nothing in a URL, a subprotocol,
 * a header field or a key becomes code. The key goes into a header field, except in a page, which cannot send
 * one.
 */
export function snippetOf(
  kind: SnippetKind,
  { url, subprotocols = [], key, headers = [] }: SnippetInput,
): string {
  const fields = withKey(headers, key).filter((field) => canSend(kind, field));
  const input = { url, subprotocols, key, fields };
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

interface Connection {
  url: string;
  subprotocols: readonly string[];
  key: string | null;
  /** The header fields, and the key as one of them. */
  fields: readonly HeaderField[];
}

function withKey(headers: readonly HeaderField[], key: string | null): readonly HeaderField[] {
  const isThere = headers.some(({ name }) => name.toLowerCase() === 'x-api-key');
  return key === null || isThere ? headers : [{ name: 'X-Api-Key', value: key }, ...headers];
}

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

function nodeProgram({ url, subprotocols, fields }: Connection): string {
  const options = [
    ...(subprotocols.length === 0 ? [] : [literal(subprotocols)]),
    ...(fields.length === 0 ? [] : [`{ headers: { ${literalPairs(fields)} } }`]),
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

function pythonProgram({ url, subprotocols, fields }: Connection): string {
  const options = [
    ...(subprotocols.length === 0 ? [] : [`subprotocols=${literal(subprotocols)}`]),
    ...(fields.length === 0 ? [] : [`additional_headers={${literalPairs(fields)}}`]),
  ];
  return [
    `from websockets.sync.client import connect`,
    ``,
    `with connect(${[literal(url), ...options].join(', ')}) as socket:`,
    `    socket.send("hello")`,
    `    print(socket.recv())`,
  ].join('\n');
}

function websocatCommand({ url, subprotocols, fields }: Connection): string {
  return [
    'websocat',
    ...(subprotocols.length === 0 ? [] : ['--protocol', inShell(subprotocols.join(', '))]),
    ...fields.flatMap(({ name, value }) => ['-H', inShell(`${name}: ${value}`)]),
    inShell(url),
  ].join(' ');
}

/** The location of an nginx in front of the gateways, with the directives that a WebSocket needs. */
function nginxLocation({ url, fields }: Connection): string {
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
    ...fields.map(({ name, value }) => `    proxy_set_header ${inNginx(name)} ${inNginx(value)};`),
    `    proxy_read_timeout 1h;`,
    `}`,
  ].join('\n');
}

// JSON is a literal of JavaScript and of Python alike.
function literal(value: unknown): string {
  return JSON.stringify(value);
}

// The inner part of an object literal of JavaScript, and of a dictionary of Python.
function literalPairs(fields: readonly HeaderField[]): string {
  return fields.map(({ name, value }) => `${literal(name)}: ${literal(value)}`).join(', ');
}

function inShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function inNginx(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, '\\$&')}"`;
}

// nginx replaces variables in these values, and has no way to write a dollar; no host has one.
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
