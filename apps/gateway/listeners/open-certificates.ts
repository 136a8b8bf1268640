import { SettingsError, type TlsSettings } from '#libs/settings';
import { CertificateError, CertificateStore, type CertificateLogger } from '#libs/tls';

/** Reads the certificates at the start; an unusable file is reported as a wrong setting. */
export async function openCertificates(
  { certificatesDir, clientCaFile }: Pick<TlsSettings, 'certificatesDir' | 'clientCaFile'>,
  logger: CertificateLogger,
): Promise<CertificateStore> {
  try {
    return await CertificateStore.open({ certificatesDir, clientCaFile, logger });
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    const setting = error.file === clientCaFile ? 'SLUICE_TLS_CLIENT_CA' : 'SLUICE_TLS_CERTIFICATES';
    throw new SettingsError(setting, error.message);
  }
}
