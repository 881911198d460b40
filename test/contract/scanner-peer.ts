import type { ServerValues } from '../../core/plugins/contract.ts';

/** The other side of a scanner, made by the plugin for its own tests: the real service where Debian has one. */
export interface ScannerPeer {
  /** Plugin-wide settings as a form would post them, and process-wide values, of a scanner that talks to this peer. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly server: ServerValues;
  /** Settings with which `check` must fail, and the field it must name. */
  readonly wrong: { readonly settings: Readonly<Record<string, unknown>>; readonly field: string };
  readonly infected: Buffer;
  readonly clean: Buffer;
  /** Ways in which a broken or evil peer may answer; with each, `scan` ends as `unavailable`. */
  readonly misbehaviours: readonly string[];
  /** Settings of a scanner that talks to a peer misbehaving so. */
  misbehaving(how: string): Promise<Readonly<Record<string, unknown>>>;
  /** Closes everything; the process must be able to end afterwards. */
  stop(): Promise<void>;
}

/** Default export of `plugins/<name>/test/peer.ts` of a scanner. */
export type StartScannerPeer = () => Promise<ScannerPeer>;
