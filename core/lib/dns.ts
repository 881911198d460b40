/** What a record of each type holds. TXT: the strings of one record, to be joined without a space (RFC 7208 §3.3). */
export interface DnsRecords {
  readonly A: string;
  readonly AAAA: string;
  readonly CNAME: string;
  readonly MX: { readonly exchange: string; readonly priority: number };
  readonly NS: string;
  readonly PTR: string;
  readonly SRV: { readonly name: string; readonly port: number; readonly priority: number; readonly weight: number };
  readonly TXT: readonly string[];
  readonly TLSA: { readonly certUsage: number; readonly selector: number; readonly match: number; readonly data: ArrayBuffer };
}
export type DnsType = keyof DnsRecords;

/**
 * `missing`: the answer is that there is nothing (`name` false: not even the name, NXDOMAIN). `failed`: nobody answered in time, or the
 * answer was an error; another time it may be there. `code` is Node's, for the log.
 */
export type DnsAnswer<T extends DnsType> =
  | { readonly state: 'found'; readonly records: readonly DnsRecords[T][] }
  | { readonly state: 'missing'; readonly name: boolean }
  | { readonly state: 'failed'; readonly code: string };

/** Asks the DNS, remembering answers for a while. Never rejects and never takes longer than its time limit. */
export interface Dns {
  /** `ip:port` of the servers asked; empty = those of the system. What a worker thread needs to make its own. */
  readonly servers: readonly string[];
  lookup<T extends DnsType>(name: string, type: T): Promise<DnsAnswer<T>>;
  /** What is asked from now on is asked anew: somebody has just published a record and wants to know whether it is there. */
  forget(): void;
}
