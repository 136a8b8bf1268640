import { normalizeHost, normalizePath } from '#libs/contract';
import { parseExtensionList } from './extension-list.js';
import { HandshakeFields } from './handshake-fields.js';
import type { HeaderField } from './header-field.js';
import { readProtocols } from './offered-protocols.js';
import { readRequestHead } from './request-head.js';
import type { RequestHead, RequestMessage } from './request-message.js';

/** The length of `UpgradeHead` in libs/engine/native/src/upgrade_head.h, in integers. */
export const upgradeRanges = 71;

// Positions in it. A range has its start and its end; both are 0 if the request does not have the part.
const positions = {
  target: 0,
  queryMark: 2,
  fields: 3,
  host: 5,
  key: 7,
  origin: 9,
  authorization: 11,
  apiKey: 13,
  protocols: 15,
  extensions: 17,
  hasCookies: 19,
  hasPlainPath: 20,
  plainHostEnd: 21,
  cutLines: 22,
  cuts: 23,
} as const;
const numbersPerCut = 3;
const cutKinds = { dropped: 0, host: 1, authorization: 2, apiKey: 3, protocols: 4 } as const;

/** Ranges in shared memory. */
interface Ranges {
  numbers: Int32Array;
  base: number;
}

const lineEnd = '\r\n';
const none: string[] = [];
const passedSlashes = { encodedSlash: 'pass' } as const;

/** What replaces lines of the client in the request for the upstream. */
export interface ForwardedParts {
  /** The value of `Host`. */
  host: string;
  protocols: readonly string[];
  /** Returns whether a field is a credential, which is not forwarded. */
  dropHeader: (field: HeaderField) => boolean;
}

/**
 * An upgrade request that the engine has read to ranges of its head. It is equal to what
 * `parseUpgradeRequest` returns for the same head. Steps need few of its fields, so the list of all of them
 * is read only when it is asked for.
 */
export class OrdinaryUpgrade implements RequestHead, RequestMessage {
  readonly method = 'GET';
  readonly httpVersion = '1.1';
  readonly target: string;
  readonly host: string;
  readonly authority: string;
  readonly rawPath: string;
  readonly rawQuery: string | null;
  readonly path: string;
  readonly key: string;
  readonly protocols: string[];
  readonly via = none;
  readonly origins: string[];
  readonly authorization: readonly string[];
  readonly xApiKey: readonly string[];
  readonly hasCookies: boolean;
  readonly hasPlainPath: boolean;
  readonly #text: string;
  readonly #fieldsStart: number;
  readonly #fieldsEnd: number;
  readonly #hostStart: number;
  readonly #extensions: readonly string[];
  /** The lines that are not forwarded as they are: kind, start and end of each. */
  readonly #cuts: number[] = [];
  readonly #isValid: boolean;
  #rawHeaders: readonly string[] | null = null;
  #headers: HeaderField[] | null = null;

  /**
   * `text` is the head in Latin-1. Its ranges are in `numbers`, from `base` on. Null if the request must be
   * refused; `parseUpgradeRequest` says why.
   */
  static from(text: string, numbers: Int32Array, base = 0): OrdinaryUpgrade | null {
    const parsed = new OrdinaryUpgrade(text, { numbers, base });
    return parsed.#isValid ? parsed : null;
  }

  /** The length of a head with these ranges: its last line is empty. */
  static headBytes(numbers: Int32Array, base = 0): number {
    return at({ numbers, base }, positions.fields + 1) + lineEnd.length;
  }

  private constructor(text: string, ranges: Ranges) {
    const queryMark = at(ranges, positions.queryMark);
    const targetEnd = at(ranges, positions.target + 1);
    this.#text = text;
    this.target = rangeOf(text, ranges, positions.target);
    this.rawPath = queryMark === 0 ? this.target : text.slice(at(ranges, positions.target), queryMark);
    this.rawQuery = queryMark === 0 ? null : text.slice(queryMark + 1, targetEnd);
    this.#hostStart = at(ranges, positions.host);
    this.authority = rangeOf(text, ranges, positions.host);
    this.key = rangeOf(text, ranges, positions.key);
    this.origins = valuesOf(text, ranges, positions.origin);
    this.authorization = valuesOf(text, ranges, positions.authorization);
    this.xApiKey = valuesOf(text, ranges, positions.apiKey);
    this.#extensions = valuesOf(text, ranges, positions.extensions);
    this.hasCookies = at(ranges, positions.hasCookies) === 1;
    this.#fieldsStart = at(ranges, positions.fields);
    this.#fieldsEnd = at(ranges, positions.fields + 1);
    const cutsEnd = positions.cuts + numbersPerCut * at(ranges, positions.cutLines);
    for (let index = positions.cuts; index < cutsEnd; index += 1) this.#cuts.push(at(ranges, index));

    this.hasPlainPath = at(ranges, positions.hasPlainPath) === 1;
    const host = this.#readHost(at(ranges, positions.plainHostEnd));
    const protocols = readProtocols(valuesOf(text, ranges, positions.protocols));
    const path = this.hasPlainPath ? this.rawPath : readPath(this.rawPath);
    this.#isValid = host !== null && protocols !== null && path !== null;
    this.host = host ?? '';
    this.protocols = protocols ?? none;
    this.path = path ?? '';
  }

  #readHost(plainHostEnd: number): string | null {
    if (plainHostEnd === 0) return normalizeHost(this.authority);
    return this.#text.slice(this.#hostStart, plainHostEnd);
  }

  /** The length of the head. */
  get headBytes(): number {
    return this.#text.length;
  }

  get extensions(): string[] {
    return this.#extensions.length === 0
      ? none
      : (parseExtensionList(this.#extensions) ?? []).map(({ name }) => name);
  }

  /** The head, as the client sent it. */
  get bytes(): Buffer {
    return Buffer.from(this.#text, 'latin1');
  }

  get rawHeaders(): readonly string[] {
    this.#rawHeaders ??= readRequestHead(this.bytes)?.head.rawHeaders ?? [];
    return this.#rawHeaders;
  }

  get headers(): HeaderField[] {
    this.#headers ??= new HandshakeFields(this.rawHeaders).headers;
    return this.#headers;
  }

  /** The lines of the client that an upstream gets, in their order, each with its line end. */
  forwardedLines(parts: ForwardedParts): string {
    const text = this.#text;
    const cuts = this.#cuts;
    let lines = '';
    let from = this.#fieldsStart;
    for (let index = 0; index < cuts.length; index += numbersPerCut) {
      const start = cuts[index + 1] ?? 0;
      const end = cuts[index + 2] ?? 0;
      lines += text.slice(from, start) + this.#cutLine(cuts[index] ?? cutKinds.dropped, start, end, parts);
      from = end;
    }
    return lines + text.slice(from, this.#fieldsEnd);
  }

  #cutLine(
    kind: number,
    start: number,
    end: number,
    { host, protocols, dropHeader }: ForwardedParts,
  ): string {
    const text = this.#text;
    switch (kind) {
      case cutKinds.host:
        return text.slice(start, this.#hostStart) + host + lineEnd;
      case cutKinds.authorization:
        return dropHeader(['authorization', this.authorization[0] ?? '']) ? '' : text.slice(start, end);
      case cutKinds.apiKey:
        return dropHeader(['x-api-key', this.xApiKey[0] ?? '']) ? '' : text.slice(start, end);
      case cutKinds.protocols: {
        const nameEnd = text.indexOf(':', start);
        return protocols.length === 0
          ? ''
          : `${text.slice(start, nameEnd)}: ${protocols.join(', ')}${lineEnd}`;
      }
      default:
        return '';
    }
  }
}

function readPath(rawPath: string): string | null {
  const normalized = normalizePath(rawPath, passedSlashes);
  return normalized.ok ? normalized.path : null;
}

function at({ numbers, base }: Ranges, position: number): number {
  return numbers[base + position] ?? 0;
}

function rangeOf(text: string, ranges: Ranges, position: number): string {
  return text.slice(at(ranges, position), at(ranges, position + 1));
}

function valuesOf(text: string, ranges: Ranges, position: number): string[] {
  return at(ranges, position + 1) === 0 ? none : [rangeOf(text, ranges, position)];
}
