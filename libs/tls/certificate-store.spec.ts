import { X509Certificate } from 'node:crypto';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, createServer, type SecureContextOptions } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { longWait } from '../../test/support/long-wait.js';
import { CertificateFolder, testCertificate } from '../../test/support/tls-certificates.js';
import { CertificateStore } from './certificate-store.js';

let folder: CertificateFolder;
let stores: CertificateStore[];
let logged: string[];
beforeEach(async () => {
  folder = await CertificateFolder.make();
  stores = [];
  logged = [];
});
afterEach(async () => {
  for (const store of stores) store.stop();
  await folder.remove();
});

/** The subjects of the default certificates that the store has set on a server. */
async function open(clientCaFile: string | null = null) {
  const log = (fields: object, message: string) => logged.push(`${message} ${JSON.stringify(fields)}`);
  const logger = { info: log, warn: log, error: log };
  const store = await CertificateStore.open({
    certificatesDir: folder.path,
    clientCaFile,
    logger,
    intervalMs: 5,
  });
  stores.push(store);
  const defaults: (string | undefined)[] = [];
  const authorities: unknown[] = [];
  store.keepUpToDate({
    setSecureContext: ({ cert, ca }: SecureContextOptions) => {
      defaults.push(new X509Certificate(cert as string).subject);
      authorities.push(ca);
    },
  });
  return { store, defaults, authorities };
}

const file = (name: string): string => join(folder.path, name);

describe('CertificateStore.open', () => {
  test('the files of Kubernetes are read, also if every secret is mounted into a separate folder', async () => {
    await folder.put('chat', 'chat/tls');
    await writeFile(file('chat/ca.crt'), 'an authority is not a certificate of the gateway');
    await mkdir(file('..2026_11_22'));
    await folder.put('wildcard', '..2026_11_22/tls');
    const { store } = await open();
    expect(await subjectFor(store, 'chat.test')).toBe('CN=chat.test');
    expect(await subjectFor(store, 'a.wildcard.test')).toBe('CN=default.test');
  });

  test('the files of certbot are read', async () => {
    await mkdir(file('live'));
    await writeFile(file('live/fullchain.pem'), await testCertificate('wildcard.crt'));
    await writeFile(file('live/privkey.pem'), await testCertificate('wildcard.key'));
    await writeFile(file('live/chain.pem'), await testCertificate('ca.crt'));
    await writeFile(file('README'), 'not a folder');
    expect(await subjectFor((await open()).store, 'a.wildcard.test')).toBe('CN=wildcard.test');
  });
});

describe('a file that cannot be used', () => {
  test.each([
    [
      'a file that is not a certificate',
      'default.crt',
      'nonsense',
      /default\.crt: is not a certificate in PEM$/,
    ],
    ['a file that is not a key', 'default.key', 'nonsense', /default\.key: is not a private key in PEM/],
    ['a key without its certificate', 'chat.key', 'nonsense', /chat\.key: chat\.crt is not beside it$/],
  ])('%s stops the start, and is named', async (_name, name, text, message) => {
    await writeFile(file(name), text);
    await expect(open()).rejects.toThrow(message);
  });

  test('open() fails with the key of another certificate and names the file', async () => {
    await writeFile(file('default.key'), await testCertificate('chat.key'));
    await expect(open()).rejects.toThrow(/default\.key: is not the key of .*default\.crt$/);
  });

  test('open() fails with an invalid certificate of an authority and names the file', async () => {
    await writeFile(file('authorities'), 'nonsense');
    await expect(open(file('authorities'))).rejects.toThrow(/authorities: contains no certificate$/);
  });
});

describe('a change', () => {
  test('a changed symbolic link, as of a Kubernetes secret, is applied in one step', async () => {
    await rm(folder.path, { recursive: true });
    await folder.put('default', '..first/tls');
    await folder.put('renewed', '..second/tls');
    await symlink('..first', file('..data'));
    for (const name of ['tls.crt', 'tls.key']) await symlink(`..data/${name}`, file(name));
    const { defaults } = await open();
    await symlink('..second', file('..data_tmp'));
    await rename(file('..data_tmp'), file('..data'));
    await vi.waitFor(() => expect(defaults).toEqual(['CN=default.test\\, renewed']), longWait);
    expect(logged).toHaveLength(1);
  });

  test('an unusable file is logged once and its previous certificate stays in use; other changes are applied', async () => {
    await folder.put('chat');
    const { store, defaults } = await open();
    const brokenLines = () => logged.filter((line) => /certificate rejected.*chat\.crt/.test(line));
    await writeFile(file('broken'), 'nonsense');
    await rename(file('broken'), file('chat.crt'));
    await vi.waitFor(() => expect(defaults).toEqual(['CN=default.test']), longWait);
    expect(brokenLines()).toHaveLength(1);
    await folder.put('renewed', 'default');
    await vi.waitFor(() => expect(defaults.at(-1)).toBe('CN=default.test\\, renewed'), longWait);
    expect(await subjectFor(store, 'chat.test')).toBe('CN=chat.test');
    const [taken, broken] = [defaults.length, brokenLines().length];
    await rename(file('chat.key'), file('chat.old'));
    await rm(file('chat.crt'));
    await vi.waitFor(() => expect(defaults.length).toBeGreaterThan(taken), longWait);
    expect(brokenLines()).toHaveLength(broken);
  });

  test('a change that leaves no certificate is logged, and all certificates stay in use', async () => {
    const { store, defaults } = await open();
    await rm(folder.path, { recursive: true });
    await vi.waitFor(() => expect(logged.join('\n')).toContain('ENOENT'), longWait);
    expect(await subjectFor(store, 'default.test')).toBe('CN=default.test');
    await folder.put('renewed', 'default');
    await vi.waitFor(() => expect(defaults.at(-1)).toBe('CN=default.test\\, renewed'), longWait);
  });

  test('changed authorities apply to every certificate, also to one with an unusable file', async () => {
    await writeFile(file('authorities'), await testCertificate('ca.crt'));
    const { authorities } = await open(file('authorities'));
    await writeFile(file('default.crt'), 'nonsense');
    await writeFile(file('authorities'), await testCertificate('other-ca.crt'));
    const other = await testCertificate('other-ca.crt');
    await vi.waitFor(() => expect(authorities.at(-1)).toBe(other), longWait);
  });
});

async function subjectFor(store: CertificateStore, serverName: string): Promise<string> {
  const server = createServer(store.serverOptions());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const socket = connect({ port, host: '127.0.0.1', servername: serverName, rejectUnauthorized: false });
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  const subject = socket.getPeerX509Certificate()?.subject ?? '';
  socket.destroy();
  server.close();
  return subject;
}
