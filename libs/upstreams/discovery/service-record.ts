/** An SRV record (RFC 2782), or an address as one. */
export interface ServiceRecord {
  /** A host name, or an address. */
  target: string;
  port: number;
  /** The lowest is used first. */
  priority: number;
  /** The share among records of the same priority. */
  weight: number;
}

/** Resolves the SRV records of a name. Rejects if it has none, or no name server answers. */
export type FindServices = (tenantId: string, name: string) => Promise<readonly ServiceRecord[]>;
