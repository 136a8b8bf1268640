import { readFileSync } from 'node:fs';
import { readText, type Environment } from './setting-readers.js';
import { SettingsError } from './settings-error.js';

const setting = 'SLUICE_REDIS_URL';
export const expectedRedisUrl = 'a URL like redis://host:6379, or another form of docs/configuration.md';
const tlsParameters = ['cacert', 'cert', 'key'];
const sentinelParameters = ['sentinel_username', 'sentinel_password'];
const redisPort = 6379;
const sentinelPort = 26379;

export interface RedisEndpoint {
  host: string;
  port: number;
}

export interface RedisCredentials {
  /** Null: the default user. */
  username: string | null;
  /** Null: none is sent. */
  password: string | null;
}

/** Certificates and a key in PEM. Null: the authorities that Node.js trusts, and no client certificate. */
export interface RedisTls {
  ca: string | null;
  cert: string | null;
  key: string | null;
}

interface RedisAccess extends RedisCredentials {
  /** Null: without TLS. */
  tls: RedisTls | null;
}

interface RedisServerAddress extends RedisAccess {
  kind: 'server';
  endpoints: [RedisEndpoint];
  database: number;
}

/**
 * Sentinels, which report the address of the primary with this name; they may require separate credentials.
 */
interface RedisSentinelAddress extends RedisAccess {
  kind: 'sentinel';
  endpoints: RedisEndpoint[];
  primary: string;
  database: number;
  sentinel: RedisCredentials;
}

/** Some nodes of a cluster, which report the others. */
interface RedisClusterAddress extends RedisAccess {
  kind: 'cluster';
  endpoints: RedisEndpoint[];
}

/** The address of Redis, and the user to connect as. */
export type RedisAddress = RedisServerAddress | RedisSentinelAddress | RedisClusterAddress;

/** The URL unchanged, which `parseRedisUrl` parses; null if there is none. */
export function readRedisUrl(environment: Environment): string | null {
  const text = readText(environment, setting);
  if (text === undefined) return null;
  parseRedisUrl(text);
  return text;
}

/**
 * Throws a SettingsError for an invalid URL; the message contains no part of the URL, which may have a
 * password.
 */
export function parseRedisUrl(text: string): RedisAddress {
  const parts = urlPattern.exec(text)?.groups;
  if (parts === undefined) throw wrong(`expected ${expectedRedisUrl}`);
  const { scheme, form = '', user, hosts = '', path = '', query = '' } = parts;
  const isTls = scheme === 'rediss';
  const names = [...(isTls ? tlsParameters : []), ...(form === 'sentinel' ? sentinelParameters : [])];
  const parameters = readParameters(query, names);
  const access = { ...readCredentials(user), tls: isTls ? readTls(parameters) : null };
  if (form === 'sentinel') return { ...access, ...readSentinels(hosts, path, parameters) };
  if (form === 'cluster') return { ...access, ...readCluster(hosts, path) };
  return { ...access, ...readServer(hosts, path) };
}

// A WHATWG URL has one host, so `URL` is not used here.
const urlPattern =
  /^(?<scheme>rediss?)(?:\+(?<form>sentinel|cluster))?:\/\/(?:(?<user>[^/?#]*)@)?(?<hosts>[^/?#@]+)(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$/;

function readServer(hosts: string, path: string): Omit<RedisServerAddress, keyof RedisAccess> {
  const [endpoint, ...others] = readEndpoints(hosts, redisPort);
  if (endpoint === undefined || others.length > 0) {
    throw wrong('several hosts need redis+sentinel:// or redis+cluster://');
  }
  return { kind: 'server', endpoints: [endpoint], database: readDatabase(path) };
}

function readSentinels(
  hosts: string,
  path: string,
  parameters: URLSearchParams,
): Omit<RedisSentinelAddress, keyof RedisAccess> {
  const [, primary = '', database] = /^([^/]+)(?:\/([^/]*))?$/.exec(path) ?? [];
  if (primary === '')
    throw wrong('the name of the primary follows the sentinels, as in redis+sentinel://host/name');
  const sentinel = {
    username: parameters.get('sentinel_username'),
    password: parameters.get('sentinel_password'),
  };
  const endpoints = readEndpoints(hosts, sentinelPort);
  return {
    kind: 'sentinel',
    endpoints,
    primary: decoded(primary),
    database: readDatabase(database),
    sentinel,
  };
}

function readCluster(hosts: string, path: string): Omit<RedisClusterAddress, keyof RedisAccess> {
  if (path !== '') throw wrong('a cluster has no databases, so nothing may follow its hosts');
  return { kind: 'cluster', endpoints: readEndpoints(hosts, redisPort) };
}

function readEndpoints(hosts: string, defaultPort: number): RedisEndpoint[] {
  return hosts.split(',').map((text) => {
    const [, address, name, port] =
      /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_.-]+))(?::([0-9]{1,5}))?$/.exec(text) ?? [];
    const host = address ?? name;
    const number = port === undefined ? defaultPort : Number(port);
    if (host !== undefined && number > 0 && number <= 65_535) return { host, port: number };
    throw wrong('expected host:port after the scheme, several separated by commas');
  });
}

function readCredentials(user: string | undefined): RedisCredentials {
  if (user === undefined) return { username: null, password: null };
  const [, username = '', password = ''] = /^([^:]*)(?::(.*))?$/.exec(user) ?? [];
  return { username: decoded(username) || null, password: decoded(password) || null };
}

function readDatabase(text: string | undefined): number {
  if (text === undefined || text === '') return 0;
  if (/^[0-9]{1,5}$/.test(text)) return Number(text);
  throw wrong('only the number of a database may follow the host, as in redis://host:6379/2');
}

function readParameters(query: string, names: readonly string[]): URLSearchParams {
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) {
    if (names.includes(name)) continue;
    throw wrong(
      names.length === 0
        ? 'takes no parameters with this scheme'
        : `takes only the parameters ${names.join(', ')}`,
    );
  }
  return parameters;
}

function readTls(parameters: URLSearchParams): RedisTls {
  const [ca = null, cert = null, key = null] = tlsParameters.map((name) =>
    readPem(name, parameters.get(name)),
  );
  if ((cert === null) !== (key === null)) throw wrong('cert and key must be given together');
  return { ca, cert, key };
}

function readPem(name: string, file: string | null): string | null {
  if (file === null) return null;
  try {
    const text = readFileSync(file, 'utf8');
    if (text.includes('-----BEGIN ')) return text;
  } catch {
    // Not reported here: the name of the file may be a part of a malformed URL.
  }
  throw wrong(`${name} must be a readable file in PEM`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong('is not a URL; special characters need percent-encoding');
  }
}

function wrong(message: string): SettingsError {
  return new SettingsError(setting, message);
}
