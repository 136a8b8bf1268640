import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { CertificateError } from './certificate-error.js';

/** A certificate chain and its private key; absolute paths of PEM files. */
export interface CertificatePair {
  certificateFile: string;
  keyFile: string;
}

/**
 * The certificates in a folder and its direct subfolders: `default` first, then ordered by path. A
 * certificate is `name.crt` with `name.key`, as Kubernetes and cert-manager write it, or `fullchain.pem` with
 * `privkey.pem`, as certbot writes it. A certificate without a key is ignored as that of an authority
 * (`ca.crt`). Rejects with a `CertificateError` if there is no certificate, or a key without one.
 */
export async function findCertificatePairs(folder: string): Promise<CertificatePair[]> {
  const listed = await listFolder(folder);
  const pairs = pairsAmong(folder, listed);
  for (const name of listed) {
    // Kubernetes mounts the same files again under `..data` and a folder named after the date.
    if (name.startsWith('.') || /\.(?:crt|key|pem)$/.test(name)) continue;
    const inner = join(folder, name);
    pairs.push(...pairsAmong(inner, await listFolder(inner, { mayBeFile: true })));
  }
  if (pairs.length === 0) throw new CertificateError(folder, 'no certificate with a key is in this folder');
  return pairs.sort((a, b) => (sortKeyOf(folder, a) < sortKeyOf(folder, b) ? -1 : 1));
}

function sortKeyOf(folder: string, { certificateFile }: CertificatePair): string {
  const path = relative(folder, certificateFile);
  return /^default[./]/.test(path) ? ` ${path}` : path;
}

async function listFolder(folder: string, { mayBeFile = false } = {}): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (mayBeFile && code === 'ENOTDIR') return [];
    throw new CertificateError(folder, `cannot be read: ${String(code ?? error)}`);
  }
}

function pairsAmong(folder: string, names: readonly string[]): CertificatePair[] {
  return names.flatMap((keyName) => {
    const certificateName = certificateNameFor(keyName);
    if (certificateName === null) return [];
    const keyFile = join(folder, keyName);
    if (!names.includes(certificateName)) {
      throw new CertificateError(keyFile, `${certificateName} is not beside it`);
    }
    return [{ certificateFile: join(folder, certificateName), keyFile }];
  });
}

function certificateNameFor(keyName: string): string | null {
  if (keyName.startsWith('.')) return null;
  if (keyName === 'privkey.pem') return 'fullchain.pem';
  return keyName.endsWith('.key') ? `${keyName.slice(0, -'.key'.length)}.crt` : null;
}
