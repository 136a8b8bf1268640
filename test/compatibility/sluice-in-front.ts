import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free-port.js';
import { RestClient } from '../support/rest-client.js';
import { SluiceProcess } from '../support/sluice-process.js';
import { adminToken, testSettings } from '../support/sluice-settings.js';
import { CertificateFolder } from '../support/tls-certificates.js';

// With this header, the API answers after the gateway has applied the change.
const applied = { Prefer: 'wait=15' };

/** The built all-in-one Sluice in a separate process, with a tenant for the routes of the programs. */
export class SluiceInFront {
  private constructor(
    private readonly program: SluiceProcess,
    private readonly folder: string,
    private readonly certificates: CertificateFolder,
    private readonly rest: RestClient,
    /** Of the gateway, without a path: HTTP/1.1. */
    readonly url: string,
    /** With TLS: HTTP/2 for clients that offer it. The certificate is self-signed. */
    readonly tlsUrl: string,
  ) {}

  static async start(): Promise<SluiceInFront> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-compatibility-'));
    const certificates = await CertificateFolder.make();
    const tlsListen = `127.0.0.1:${await freePort()}`;
    const program = SluiceProcess.start('all-in-one', {
      ...testSettings,
      SLUICE_DATA_DIR: folder,
      SLUICE_ADMIN_TOKEN: adminToken,
      SLUICE_GATEWAY_TLS_LISTEN: tlsListen,
      SLUICE_TLS_CERTIFICATES: certificates.path,
      SLUICE_LOG_LEVEL: 'warn',
    });
    const { api, gateways } = await program.urls();
    const rest = new RestClient(api, adminToken);
    await rest.call('POST', '/tenants', { slug: 'compatibility' });
    const url = new URL(gateways[0] ?? '').origin.replace('ws:', 'http:');
    return new SluiceInFront(program, folder, certificates, rest, url, `https://${tlsListen}`);
  }

  /** Publishes a route without a key, for everything at a path, to a port of this host. */
  async publish(path: string, port: number, fields: object = {}): Promise<void> {
    const route = {
      name: path === '/' ? 'root' : path.slice(1),
      match: { path },
      upstreams: [{ url: `http://127.0.0.1:${port}` }],
      http: 'proxy',
      auth: { mode: 'none' },
      ...fields,
    };
    await this.rest.call('POST', '/tenants/compatibility/routes', route, applied);
  }

  async close(): Promise<void> {
    await this.program.stop();
    await this.certificates.remove();
    await rm(this.folder, { recursive: true, force: true });
  }
}
