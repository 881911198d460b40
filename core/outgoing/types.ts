/** What this installation may connect to, and what for. */
export const PURPOSES = [
  'database',
  'dns',
  'sending',
  'direct',
  'fetching',
  'finding',
  'scoring',
  'scanning',
  'login',
  'probe',
  'self',
  'webhook',
  'ping',
  'backup',
  'bucket',
  'certificate',
  'updates',
] as const;
export type Purpose = (typeof PURPOSES)[number];

export interface Declared {
  readonly purpose: Purpose;
  /** '*': any machine, on this port. */
  readonly host: string;
  readonly port: number;
  /** With '*': only addresses, no names. */
  readonly isJudged?: boolean;
}

/** What became of connections to one place; `problem` is the system's code, null when the last one was made. */
export interface Seen {
  readonly host: string;
  readonly port: number;
  readonly calls: number;
  readonly at: Date;
  readonly problem: string | null;
}
