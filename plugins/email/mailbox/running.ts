import type { InboxId } from '../../../core/lib/ids.ts';
import { errorFacts } from '../../../core/lib/log.ts';
import type { ChannelHost, Health, Inbox, InboxHealth, OutboundMessage, SendResult } from '../../../core/plugins/contract.ts';
import type { EmailSettings } from '../settings.ts';
import { type RunningAccount, startAccount } from './account.ts';
import { createFiling, type FilingHost } from './filing.ts';
import { pauseAfter } from './patience.ts';

/** What fetching needs of the host. */
export type FetchingHost = Pick<ChannelHost, 'onTurn' | 'keep' | 'hasRoom' | 'backlog' | 'accessToken' | 'deleted'> &
  FilingHost & { readonly maxMessageBytes: number };

/** All accounts that are being read, while it is this process that reads them: each by itself, so that trouble of one stops no other. */
export interface RunningAccounts {
  open(inbox: Inbox<EmailSettings>): Promise<void>;
  close(id: InboxId): Promise<void>;
  /** The server of an account was handed this message: what it took gets its copy. Never rejects. */
  sent(id: InboxId, message: OutboundMessage, results: readonly SendResult[]): Promise<void>;
  /** A connection beside its own is about to be made to this account; to be called when that is over. */
  makeRoom(id: InboxId): () => void;
  health(): Health;
  inboxHealth(id: InboxId): InboxHealth | null;
  stop(): Promise<void>;
}

/** So long may an account fail before everybody who can do something is told. */
const URGENT_MS = 15 * 60_000;

/** `onWithheld`: a message of this account was passed over, its server does not hand it over. `patience`: how long to stay away after a failure. */
export function startAccounts(host: FetchingHost, onWithheld: (id: InboxId) => void, patience = pauseAfter): RunningAccounts {
  const accounts = new Map<InboxId, { readonly address: string; readonly running: RunningAccount }>();
  const wanted = new Map<InboxId, Inbox<EmailSettings>>();
  let isOurs = false;
  const begin = (inbox: Inbox<EmailSettings>): void => {
    const { mailbox } = inbox.settings;
    if (isOurs && mailbox && mailbox.folders.length > 0)
      accounts.set(inbox.id, {
        address: inbox.address,
        running: startAccount(host, inbox, mailbox, patience, () => onWithheld(inbox.id)),
      });
  };
  const end = async (id: InboxId): Promise<void> => {
    const account = accounts.get(id);
    accounts.delete(id);
    await account?.running.stop();
  };
  const close = (id: InboxId): Promise<void> => {
    wanted.delete(id);
    return end(id);
  };
  host.onTurn((turn) => {
    if (turn === isOurs) return;
    isOurs = turn;
    if (turn) for (const inbox of wanted.values()) begin(inbox);
    else for (const id of [...accounts.keys()]) void end(id);
  });
  /** Another process that reads the account files what this one sent, with its next look. */
  const file = async (id: InboxId, message: OutboundMessage): Promise<void> => {
    const [account, inbox] = [accounts.get(id), wanted.get(id)];
    if (account) return account.running.file(message);
    const mailbox = inbox?.settings.mailbox;
    if (inbox && mailbox && mailbox.folders.length > 0) await createFiling(host, inbox, mailbox, () => {}).add(message);
  };
  return {
    open: async (inbox) => {
      await close(inbox.id);
      wanted.set(inbox.id, inbox);
      begin(inbox);
    },
    close,
    sent: async (id, message, results) => {
      if (!results.some(({ outcome }) => outcome.state === 'accepted')) return;
      await file(id, message).catch((error: unknown) =>
        host.log.error('mailbox_not_filed', { inboxId: id, messageId: message.messageId, ...errorFacts(error) }),
      );
    },
    makeRoom: (id) => accounts.get(id)?.running.makeRoom() ?? (() => {}),
    health: () => {
      for (const { address, running } of accounts.values()) {
        const { failingSince, detail } = running.health();
        if (failingSince !== null && host.now().getTime() - failingSince.getTime() >= URGENT_MS)
          return { state: 'ok', problem: 'account_failing', detail: `${address}: ${detail ?? ''}`, isUrgent: true };
      }
      return { state: 'ok', problem: null, detail: null };
    },
    inboxHealth: (id) => accounts.get(id)?.running.health() ?? null,
    stop: async () => {
      wanted.clear();
      await Promise.all([...accounts.keys()].map(end));
    },
  };
}
