import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseAddressRange, type AddressRange } from '#libs/addresses';
import { SettingsError } from './settings-error.js';

export const expectedListenAddress = 'host:port, like 127.0.0.1:8080 or [::1]:8080';
export const expectedAddressRanges = 'address ranges separated by commas, like 10.0.0.0/8,fd00::/8';
export const expectedDnsServers =
  'addresses separated by commas, like 10.0.0.53,127.0.0.1:5353,[fd00::53]:53';

/** The address on which a server listens; for port 0 the system selects a free port. */
export interface ListenAddress {
  host: string;
  port: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a setting, or undefined if it is unset or empty. */
export function readText(environment: Environment, setting: string): string | undefined {
  const value = environment[setting]?.trim();
  return value === '' ? undefined : value;
}

function readListenAddresses(environment: Environment, setting: string, fallback: string): ListenAddress[] {
  const text = readText(environment, setting) ?? fallback;
  return text.split(',').map((part) => parseListenAddress(setting, part.trim()));
}

/** Like `readListenAddresses`; `none`, or no value without a fallback, means no address. */
export function readOptionalListenAddresses(
  environment: Environment,
  setting: string,
  fallback = 'none',
): ListenAddress[] {
  const text = readText(environment, setting) ?? fallback;
  return text === 'none' ? [] : readListenAddresses(environment, setting, text);
}

export function readListenAddress(
  environment: Environment,
  setting: string,
  fallback: string,
): ListenAddress {
  return parseListenAddress(setting, readText(environment, setting) ?? fallback);
}

export function readAddressRanges(environment: Environment, setting: string): AddressRange[] {
  const text = readText(environment, setting);
  return text ? text.split(',').map((part) => readAddressRange(setting, part.trim())) : [];
}

export const expectedOrigins =
  'origins like `https://console.example` or `http://127.0.0.1:5173`, without `*`';

/** Exact origins, as a browser writes them in `Origin`. */
export function readOrigins(environment: Environment, setting: string): string[] {
  const text = readText(environment, setting);
  if (text === undefined) return [];
  const origins = text.split(',').map((part) => part.trim());
  if (origins.every(isOrigin)) return origins;
  throw new SettingsError(setting, `expected ${expectedOrigins}`);
}

export const expectedSocketOrigin =
  'a URL of only scheme and host, like `wss://ws.example` or `ws://10.0.0.5:8080`';

/** A WebSocket URL without a path; null if there is none. */
export function readSocketOrigin(environment: Environment, setting: string): string | null {
  const text = readText(environment, setting);
  if (text === undefined) return null;
  const url = /^wss?:\/\/[^/?#@]+\/?$/.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (url !== null) return `${url.protocol}//${url.host}`;
  throw new SettingsError(setting, `expected ${expectedSocketOrigin}`);
}

function isOrigin(text: string): boolean {
  return /^https?:\/\/[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Addresses with or without a port, in the form of Node's resolver; null if there are none. */
export function readDnsServers(environment: Environment, setting: string): string[] | null {
  const text = readText(environment, setting);
  if (text === undefined) return null;
  const servers = text.split(',').map((part) => part.trim());
  if (servers.every(isDnsServer)) return servers;
  throw new SettingsError(setting, `expected ${expectedDnsServers}`);
}

export function readInteger(
  environment: Environment,
  setting: string,
  bounds: { fallback: number; minimum: number; maximum: number },
): number {
  const text = readText(environment, setting);
  if (text === undefined) return bounds.fallback;
  const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= bounds.minimum && value <= bounds.maximum) return value;
  throw new SettingsError(setting, `expected a whole number from ${bounds.minimum} to ${bounds.maximum}`);
}

export function readChoice<Choice extends string>(
  environment: Environment,
  setting: string,
  choices: readonly Choice[],
  fallback: Choice,
): Choice {
  const text = readText(environment, setting);
  if (text === undefined) return fallback;
  const choice = choices.find((candidate) => candidate === text);
  if (choice !== undefined) return choice;
  throw new SettingsError(setting, `expected one of ${choices.join(', ')}`);
}

/** The absolute path of a file or folder, which may be missing; `kind` is for the error. */
export function readPath(environment: Environment, setting: string, kind: string): string | null {
  const text = readText(environment, setting);
  if (text === undefined) return null;
  if (/^[^\p{Cc}]{1,4096}$/u.test(text)) return resolve(text);
  throw new SettingsError(setting, `expected the path of ${kind}`);
}

function isDnsServer(text: string): boolean {
  if (isIP(text) !== 0) return true;
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([0-9.]+)):([0-9]{1,5})$/.exec(text) ?? [];
  const isAddress = isIP(bracketed ?? '') === 6 || isIP(plain ?? '') === 4;
  return isAddress && Number(port) >= 1 && Number(port) <= 65_535;
}

function parseListenAddress(setting: string, text: string): ListenAddress {
  const parts = /^(?:\[([^\]]+)\]|([^:]+)):([0-9]{1,5})$/.exec(text);
  const host = parts?.[1] ?? parts?.[2];
  const port = Number(parts?.[3]);
  const isHost = host !== undefined && (isIP(host) !== 0 || /^[A-Za-z0-9_.-]+$/.test(host));
  if (isHost && port <= 65_535) return { host, port };
  throw new SettingsError(setting, `expected ${expectedListenAddress}`);
}

function readAddressRange(setting: string, text: string): AddressRange {
  const range = parseAddressRange(text);
  if (range) return range;
  throw new SettingsError(setting, `expected ${expectedAddressRanges}`);
}
