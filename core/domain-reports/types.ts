/** What receivers said of the mail of one domain on one day. */
export interface ReportedDay {
  /** "2026-11-26", in UTC as reports are. */
  readonly day: string;
  readonly messages: number;
  /** DMARC passed: SPF or DKIM did, for the domain itself. */
  readonly passed: number;
}

/** A machine that sent mail in the name of a domain, as receivers saw it; numbers of messages. */
export interface ReportedSource extends Omit<ReportedDay, 'day'> {
  readonly sourceIp: string;
  readonly spfPassed: number;
  readonly dkimPassed: number;
  readonly quarantined: number;
  readonly rejected: number;
  /** Who told, by name. */
  readonly organisations: readonly string[];
  /** Domains whose SPF or DKIM passed: whose machine it is. */
  readonly vouchedBy: readonly string[];
}
