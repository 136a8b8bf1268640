/** One HTTP/1.1 request as a server received it. Texts have one character for each byte. */
export interface StrictRequest {
  method: string;
  target: string;
  fields: [name: string, value: string][];
  body: string;
  trailers: [name: string, value: string][];
}

export interface StrictlyRead {
  requests: StrictRequest[];
  /** The bytes of a request that is not complete. */
  rest: string;
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const requestLine = new RegExp(`^(${token}) ([\\x21-\\x7e]+) HTTP/1\\.1$`);
const fieldLine = new RegExp(
  `^(${token}):[ \\t]*((?:[\\x21-\\x7e\\x80-\\xff](?:[\\t \\x21-\\x7e\\x80-\\xff]*[\\x21-\\x7e\\x80-\\xff])?)?)[ \\t]*$`,
);
const maxChunkDigits = 8;

/** What a reader accepts although RFC 9112 forbids it to a sender. */
export type Tolerance = 'chunkExtensions' | 'codingInCapitals' | 'emptyLines' | 'http10' | 'spaces';

/**
 * Reads all requests of a connection. It throws at whatever RFC 9112 does not allow a sender, also where it
 * lets a recipient accept it: what a proxy forwards has to be read alike by every server.
 */
export function readStrictly(bytes: string, tolerances: readonly Tolerance[] = []): StrictlyRead {
  const requests: StrictRequest[] = [];
  for (let rest = bytes; ;) {
    const reader = new Reader(rest, tolerances);
    const request = reader.request();
    if (request === null) return { requests, rest };
    requests.push(request);
    rest = reader.rest;
  }
}

/** The requests before the first one that is not valid or not complete. */
export function validRequests(bytes: string, tolerances: readonly Tolerance[] = []): StrictRequest[] {
  const reader = new Reader(bytes, tolerances);
  const requests: StrictRequest[] = [];
  try {
    for (let request = reader.request(); request !== null; request = reader.request()) requests.push(request);
  } catch {
    // The requests so far are the answer.
  }
  return requests;
}

/** The values of the fields with this name. */
export function valuesOf(fields: StrictRequest['fields'], wanted: string): string[] {
  return fields.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
}

class Reader {
  constructor(
    public rest: string,
    private readonly tolerances: readonly Tolerance[] = [],
  ) {}

  /** Null while the request is not complete. */
  request(): StrictRequest | null {
    if (this.#tolerates('emptyLines')) this.rest = this.rest.replace(/^[\r\n]+/, '');
    const head = this.#lines();
    if (head === null) return null;
    const [given = '', ...lines] = head;
    const spaced = this.#tolerates('spaces') ? given.replaceAll(/ +/g, ' ') : given;
    const first = this.#tolerates('http10') ? spaced.replace(/ HTTP\/1\.0$/, ' HTTP/1.1') : spaced;
    const [, method = '', target = ''] = requestLine.exec(first) ?? invalid('request line', first);
    const fields = lines.map(readField);
    if (valuesOf(fields, 'host').length !== 1) invalid('number of hosts', head.join('\n'));
    const framed = this.#framed(fields);
    return framed === null ? null : { method, target, fields, ...framed };
  }

  #framed(fields: StrictRequest['fields']): Pick<StrictRequest, 'body' | 'trailers'> | null {
    const lengths = valuesOf(fields, 'content-length');
    const codings = valuesOf(fields, 'transfer-encoding');
    if (lengths.length + codings.length > 1) invalid('framing', JSON.stringify([lengths, codings]));
    const [length = '0'] = lengths;
    const coding = this.#tolerates('codingInCapitals') ? codings[0]?.toLowerCase() : codings[0];
    if (coding !== undefined && coding !== 'chunked') invalid('transfer coding', coding);
    if (coding !== undefined) return this.#chunks();
    if (!/^(0|[1-9]\d{0,14})$/.test(length)) invalid('length', length);
    const body = this.#take(Number(length));
    return body === null ? null : { body, trailers: [] };
  }

  #chunks(): Pick<StrictRequest, 'body' | 'trailers'> | null {
    for (let body = ''; ;) {
      const read = this.#line();
      if (read === null) return null;
      const line = this.#tolerates('chunkExtensions') ? read.replace(/;.*$/, '') : read;
      if (!/^[0-9a-f]+$/i.test(line) || line.length > maxChunkDigits) invalid('chunk size', line);
      const size = Number.parseInt(line, 16);
      if (size === 0) {
        const trailers = this.#lines();
        return trailers === null ? null : { body, trailers: trailers.map(readTrailer) };
      }
      const data = this.#take(size);
      const end = data === null ? null : this.#take(2);
      if (data === null || end === null) return null;
      if (end !== '\r\n') invalid('end of a chunk', end);
      body += data;
    }
  }

  #tolerates(tolerance: Tolerance): boolean {
    return this.tolerances.includes(tolerance);
  }

  /** The lines until an empty one. */
  #lines(): string[] | null {
    for (const lines: string[] = []; ;) {
      const line = this.#line();
      if (line === null) return null;
      if (line === '') return lines;
      lines.push(line);
    }
  }

  #line(): string | null {
    const end = this.rest.indexOf('\r\n');
    if (end === -1) return null;
    const line = this.rest.slice(0, end);
    if (/[\r\n\0]/.test(line)) invalid('line', line);
    this.rest = this.rest.slice(end + 2);
    return line;
  }

  #take(length: number): string | null {
    if (this.rest.length < length) return null;
    const taken = this.rest.slice(0, length);
    this.rest = this.rest.slice(length);
    return taken;
  }
}

function readField(line: string): [name: string, value: string] {
  const [, name = '', value = ''] = fieldLine.exec(line) ?? invalid('field', line);
  return [name, value];
}

// RFC 9110 §6.5.1: no field for the framing comes after the body.
function readTrailer(line: string): [name: string, value: string] {
  const [name, value] = readField(line);
  if (/^(content-length|transfer-encoding)$/i.test(name)) invalid('trailer', line);
  return [name, value];
}

function invalid(what: string, text: string): never {
  throw new Error(`invalid ${what}: ${JSON.stringify(text.slice(0, 200))}`);
}
