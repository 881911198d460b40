import type { ServerValues } from '../../core/plugins/contract.ts';

/** The other side of a filter, made by the plugin for its own tests: the real service where Debian has one. */
export interface FilterPeer {
  /** Plugin-wide settings as a form would post them, and process-wide values, of a filter that talks to this peer. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly server: ServerValues;
  /** Settings with which `check` must fail, and the field it must name. */
  readonly wrong: { readonly settings: Readonly<Record<string, unknown>>; readonly field: string };
  /** One thing that is clearly spam for it, and one that is clearly not. */
  readonly spam: Buffer;
  readonly ham: Buffer;
  /** Ways in which a broken or evil peer may answer; with each, `judge` ends as `unavailable`. */
  readonly misbehaviours: readonly string[];
  /** Settings of a filter that talks to a peer misbehaving so. */
  misbehaving(how: string): Promise<Readonly<Record<string, unknown>>>;
  /** Closes everything; the process must be able to end afterwards. */
  stop(): Promise<void>;
}

/** Default export of `plugins/<name>/test/peer.ts` of a filter. */
export type StartFilterPeer = () => Promise<FilterPeer>;
