import type { ChannelHost, SendOutcome } from '../../core/plugins/contract.ts';

/** The other side of a channel, made by the plugin for its own tests: a scripted relay, a fake gateway, a folder. */
export interface ChannelPeer {
  /** Address of the inbox, and of somebody it can write to. */
  readonly address: string;
  readonly recipient: string;
  /** Settings as a form would post them, of an inbox that talks to this peer. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Settings with which `check` must fail, and the field it must name (null = the form as a whole). Null where all settings are switches: none is wrong. */
  readonly wrong: { readonly settings: Readonly<Record<string, unknown>>; readonly field: string | null } | null;
  /** What `send` can end in on this channel. `unknown` may be missing where nothing can be lost after handing over. */
  readonly outcomes: readonly SendOutcome['state'][];
  /** From now on the peer behaves so that `send` ends in this state. */
  answer(state: SendOutcome['state']): Promise<void>;
  /** The window of a visitor, for channels that talk with some. */
  readonly toVisitor?: ChannelHost['toVisitor'];
  /** Closes everything; the process must be able to end afterwards. */
  stop(): Promise<void>;
}

/** Default export of `plugins/<name>/test/peer.ts`. */
export type StartPeer = () => Promise<ChannelPeer>;
