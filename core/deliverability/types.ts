/** What is looked at for a domain that we write from, in the order in which it is shown. */
export const CHECKS = ['spf', 'dkim', 'dmarc', 'mx', 'tls', 'rdns', 'mta_sts', 'tls_rpt'] as const;
export type CheckName = (typeof CHECKS)[number];

/** `unknown`: nobody answered or it cannot be seen from here; never counted as a fault. `info`: fine to have, fine to lack. */
export const CHECK_STATES = ['ok', 'warn', 'bad', 'unknown', 'info'] as const;
export type CheckState = (typeof CHECK_STATES)[number];

/** A record for the DNS as panels want it. */
export interface DnsRecord {
  readonly type: 'TXT' | 'MX' | 'PTR';
  /** The name without the domain; `@` = the domain itself. */
  readonly host: string;
  readonly value: string;
}

export interface CheckResult {
  readonly name: CheckName;
  readonly state: CheckState;
  /** Key of the sentence, `deliverability.<name>.<finding>`, with its values. */
  readonly finding: string;
  readonly values: Readonly<Record<string, string | number>>;
  /** What was seen, as it was seen. */
  readonly seen: readonly string[];
  /** What to publish, exactly; null = nothing to change. */
  readonly record: DnsRecord | null;
}

/** All about a domain that the checks need to know and the DNS cannot tell. */
export interface DomainFacts {
  readonly domain: string;
  /** Addresses of ours in it. */
  readonly addresses: readonly string[];
  /** Who hands its mail over to the world: names of relays. */
  readonly relays: readonly string[];
  /** Whether this machine does so itself, under the name `helloName`. */
  readonly isDirect: boolean;
  readonly helloName: string;
  /** DKIM keys in use: where the record lies and what it must hold. */
  readonly keys: readonly { readonly selector: string; readonly value: string; readonly publicKey: string; readonly isActive: boolean }[];
}

export interface CheckChange {
  readonly name: CheckName;
  readonly from: CheckState;
  readonly to: CheckState;
  readonly at: Date;
}

export interface DomainChecks {
  readonly results: readonly CheckResult[];
  readonly checkedAt: Date;
}
