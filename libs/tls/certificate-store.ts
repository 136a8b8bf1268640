import type { SecureContextOptions, TlsOptions } from 'node:tls';
import { CertificateError } from './certificate-error.js';
import { findCertificatePairs, type CertificatePair } from './certificate-folder.js';
import { createCertificateChooser } from './choose-certificate.js';
import { fileMarks } from './file-marks.js';
import {
  readAuthorities,
  readServerCertificate,
  withAuthorities,
  type ServerCertificate,
} from './server-certificate.js';

/** The methods of a pino logger that the store uses. */
export interface CertificateLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface CertificateFiles {
  certificatesDir: string;
  clientCaFile: string | null;
}

export interface CertificateStoreInput extends CertificateFiles {
  logger: CertificateLogger;
  /** The interval of the checks of the files. */
  intervalMs?: number;
}

/** The part of a TLS server that sets its default certificate. */
interface TlsServer {
  setSecureContext(options: SecureContextOptions): void;
}

type Certificates = [ServerCertificate, ...ServerCertificate[]];

/**
 * The current certificates of the gateway. It polls the files instead of watching them, which finds changed
 * symbolic links and works on network volumes. A change is applied once two checks in a row see the same
 * files, so that a certificate is not read before its key has been replaced too. An unusable certificate is
 * logged, and the previous one stays in use.
 */
export class CertificateStore {
  readonly #servers = new Set<TlsServer>();
  #certificates: Certificates;
  #clientCa: string | null;
  #choose: (serverName: string) => ServerCertificate;
  #appliedMarks: string;
  #seenMarks: string;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  private constructor(
    private readonly input: CertificateStoreInput,
    { certificates, clientCa, marks }: { certificates: Certificates; clientCa: string | null; marks: string },
  ) {
    this.#certificates = certificates;
    this.#clientCa = clientCa;
    this.#choose = createCertificateChooser(certificates);
    this.#appliedMarks = this.#seenMarks = marks;
    this.#warnOfInvalidDates();
    this.#scheduleCheck();
  }

  /** Rejects with a `CertificateError` for the first file that cannot be used. */
  static async open(input: CertificateStoreInput): Promise<CertificateStore> {
    const marks = await marksOf(input);
    const clientCa = input.clientCaFile === null ? null : await readAuthorities(input.clientCaFile);
    const pairs = await findCertificatePairs(input.certificatesDir);
    const read = await Promise.all(pairs.map((pair) => readServerCertificate(pair, clientCa)));
    return new CertificateStore(input, { certificates: asCertificates(read), clientCa, marks });
  }

  /** The options of a new server; `keepUpToDate` then sets each new default certificate. */
  serverOptions(): TlsOptions {
    return {
      ...this.#certificates[0].options,
      SNICallback: (serverName, done) => done(null, this.#choose(serverName).context),
      requestCert: this.input.clientCaFile !== null,
      // The route decides whether a certificate is required, and is not known yet.
      rejectUnauthorized: false,
    };
  }

  /** Sets each new default certificate of the server until the returned function is called. */
  keepUpToDate(server: TlsServer): () => void {
    this.#servers.add(server);
    return () => this.#servers.delete(server);
  }

  /** Stops checking the files. Safe to call twice. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #scheduleCheck(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => void this.#check(), this.input.intervalMs ?? 1000).unref();
  }

  async #check(): Promise<void> {
    const marks = await marksOf(this.input);
    const isSettled = marks === this.#seenMarks;
    this.#seenMarks = marks;
    if (isSettled && marks !== this.#appliedMarks) await this.#apply(marks);
    this.#scheduleCheck();
  }

  async #apply(marks: string): Promise<void> {
    const clientCa = await this.#readClientCa();
    const certificates = await this.#readCertificates(clientCa);
    if (this.#isStopped || (await marksOf(this.input)) !== marks) return;
    this.#appliedMarks = marks;
    const [first] = certificates;
    if (first === undefined) return;
    this.#clientCa = clientCa;
    this.#certificates = asCertificates(certificates);
    this.#choose = createCertificateChooser(this.#certificates);
    for (const server of this.#servers) server.setSecureContext(first.options);
    this.input.logger.info({ files: certificates.map(fileOf) }, 'certificates reloaded');
    this.#warnOfInvalidDates();
  }

  async #readClientCa(): Promise<string | null> {
    const { clientCaFile } = this.input;
    if (clientCaFile === null) return null;
    return (await this.#logIfUnusable(readAuthorities(clientCaFile))) ?? this.#clientCa;
  }

  async #readCertificates(clientCa: string | null): Promise<ServerCertificate[]> {
    const pairs = await this.#logIfUnusable(findCertificatePairs(this.input.certificatesDir));
    if (!pairs) return this.#certificates.map((known) => withAuthorities(known, clientCa));
    const read = await Promise.all(pairs.map((pair) => this.#readOrKeep(pair, clientCa)));
    return read.filter((certificate) => certificate !== undefined);
  }

  async #readOrKeep(pair: CertificatePair, clientCa: string | null): Promise<ServerCertificate | undefined> {
    const certificate = await this.#logIfUnusable(readServerCertificate(pair, clientCa));
    if (certificate) return certificate;
    const known = this.#certificates.find((candidate) => fileOf(candidate) === pair.certificateFile);
    return known && withAuthorities(known, clientCa);
  }

  async #logIfUnusable<Value>(reading: Promise<Value>): Promise<Value | undefined> {
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error;
      const { file, reason } = error;
      this.input.logger.error({ file, reason }, 'certificate rejected; the previous one stays in use');
      return undefined;
    }
  }

  #warnOfInvalidDates(): void {
    const now = new Date();
    for (const { certificateFile: file, validFrom, validTo } of this.#certificates) {
      if (validFrom <= now && now < validTo) continue;
      this.input.logger.warn({ file, validFrom, validTo }, 'certificate is expired or not yet valid');
    }
  }
}

function fileOf({ certificateFile }: ServerCertificate): string {
  return certificateFile;
}

function asCertificates([first, ...others]: ServerCertificate[]): Certificates {
  if (first === undefined) throw new Error('there is no certificate');
  return [first, ...others];
}

async function marksOf({ certificatesDir, clientCaFile }: CertificateFiles): Promise<string> {
  const others = clientCaFile === null ? [] : [clientCaFile];
  try {
    const pairs = await findCertificatePairs(certificatesDir);
    return await fileMarks([...pairs.flatMap((pair) => [pair.certificateFile, pair.keyFile]), ...others]);
  } catch (error) {
    return `${String(error)}\n${await fileMarks(others)}`;
  }
}
