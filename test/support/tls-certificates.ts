import { copyFile, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// A built program does not have them beside it.
const folder = pathToFileURL(join(process.cwd(), 'test/support/certificates/'));

/** The text of one of the files in `test/support/certificates`. */
export function testCertificate(file: string): Promise<string> {
  return readFile(new URL(file, folder), 'utf8');
}

/** A certificate folder of a gateway, for one test. */
export class CertificateFolder {
  private constructor(readonly path: string) {}

  /** Creates a folder with the certificate `default` and its key. */
  static async make(): Promise<CertificateFolder> {
    const made = new CertificateFolder(await mkdtemp(join(tmpdir(), 'sluice-certificates-')));
    await made.put('default');
    return made;
  }

  /** Writes a certificate and its key, each file atomically, optionally under another name. */
  async put(certificate: string, name = certificate): Promise<void> {
    await mkdir(join(this.path, name, '..'), { recursive: true });
    for (const extension of ['.key', '.crt']) {
      const target = join(this.path, `${name}${extension}`);
      await copyFile(new URL(`${certificate}${extension}`, folder), `${target}.new`);
      await rename(`${target}.new`, target);
    }
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
