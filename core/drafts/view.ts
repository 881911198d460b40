import type { BlockedAddress } from '../blocked-addresses/types.ts';
import { hasMark } from '../canned-responses/variables.ts';
import { addressKey } from '../contacts/address.ts';
import type { VirusVerdict } from '../ingest/verdict.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import type { DraftAttachmentId, InboxId, MessageId } from '../lib/ids.ts';
import { randomToken } from '../lib/secrets.ts';
import type { AnswerRecipients } from '../messages/recipients.ts';
import { readRecipients } from '../messages/typed-recipients.ts';
import type { Direction } from '../messages/types.ts';
import { withName } from './addresses.ts';
import type { Draft, DraftAttachment, DraftForward, DraftKind, DraftMacro } from './types.ts';

/** A recipient who gets no mail, and why. */
export type BlockedRecipient = Pick<BlockedAddress, 'address' | 'reason'>;

/** A recipient to tick. */
interface OfferedRecipient {
  readonly value: string;
  readonly address: string;
  readonly name: string;
  readonly checked: boolean;
  /** Why nothing is sent to it; null = it is. */
  readonly blocked: string | null;
}

const NOBODY: AnswerRecipients = { to: [], allCc: [], isToAll: false };

/** What the composer's fields hold; `problems` are texts that stand above the message. */
export interface ComposerView {
  /** Names this composer: what is sent from it a second time is known by it. */
  readonly once: string;
  readonly kind: DraftKind;
  readonly html: string;
  readonly text: string;
  readonly format: 'rich' | 'plain';
  readonly recipients: readonly OfferedRecipient[];
  /** Who else the answered message was for. */
  readonly copied: readonly OfferedRecipient[];
  /** None of them gets a copy. */
  readonly onlySender: boolean;
  /** What stands ticked while nobody has touched it. */
  readonly offered: { readonly to: readonly string[]; readonly copies: readonly string[] };
  readonly moreTo: string;
  readonly cc: string;
  readonly bcc: string;
  readonly subject: string;
  readonly inboxId: InboxId | null;
  readonly quoted: boolean;
  /** Files that the draft holds on the server. */
  readonly files: readonly {
    readonly id: number;
    readonly name: string;
    readonly bytes: number;
    readonly dropped: boolean;
    /** Not scanned (yet, or too large), or with a virus: then it cannot be sent. */
    readonly virus: VirusVerdict['state'] | null;
  }[];
  /** Null = nothing was chosen: the newest message with its files. */
  readonly forward: DraftForward | null;
  /** What is done when it is sent; null = nothing more. */
  readonly macro: DraftMacro | null;
  /** It came back with a problem and holds places that nobody has filled in: its author may send it so. */
  readonly asksUnfilled: boolean;
  /** It came back because of this newer message. */
  readonly meanwhile: { readonly id: MessageId; readonly direction: Direction; readonly name: string; readonly at: Date } | null;
  readonly restored: boolean;
  readonly problems: readonly string[];
}

/** The composer with an agent's draft, or empty. With `problems` the draft is what was just refused: nothing says "restored". */
export function composerView(
  draft: (Pick<Draft, 'kind' | 'html' | 'text' | 'fields'> & { readonly attachments?: readonly DraftAttachment[] }) | null,
  suggested: AnswerRecipients = NOBODY,
  problems: readonly string[] = [],
  blocked: readonly BlockedRecipient[] = [],
): ComposerView {
  const { to: ticked = null, copied = null } = draft?.fields ?? {};
  const onlySender = copied === null ? !suggested.isToAll : copied.length === 0;
  return {
    once: randomToken(),
    kind: draft?.kind ?? 'reply',
    html: draft?.html ?? '',
    text: draft?.text ?? '',
    format: draft !== null && draft.html === '' && draft.text !== '' ? 'plain' : 'rich',
    recipients: offer(suggested.to, ticked, copied ?? [], blocked),
    copied: offer(suggested.allCc, onlySender ? null : copied, ticked ?? [], blocked),
    onlySender,
    offered: { to: suggested.to.map(withName), copies: suggested.isToAll ? suggested.allCc.map(withName) : [] },
    moreTo: draft?.fields.moreTo ?? '',
    cc: draft?.fields.cc ?? '',
    bcc: draft?.fields.bcc ?? '',
    subject: draft?.fields.subject ?? '',
    inboxId: draft?.fields.inboxId ?? null,
    quoted: draft?.fields.quoted ?? false,
    files: fileViews(draft?.attachments ?? [], draft?.fields.dropped ?? []),
    forward: forwardOf(draft),
    macro: draft?.fields.macro ?? null,
    asksUnfilled: problems.length > 0 && draft !== null && isUnfilled(draft),
    meanwhile: null,
    restored: draft !== null && problems.length === 0,
    problems,
  };
}

/** What lies in the fields that nobody has opened is not a choice: there is something newer now. */
const forwardOf = (draft: Pick<Draft, 'kind' | 'fields'> | null): DraftForward | null => {
  const forward = draft?.fields.forward ?? null;
  return draft?.kind === 'forward' || forward?.to ? forward : null;
};

/** The files of a draft as removable pills. */
export const fileViews = (files: readonly DraftAttachment[], dropped: readonly DraftAttachmentId[]): ComposerView['files'] =>
  files.map(({ id, filename, bytes, virus }) => ({
    ...{ id, name: filename, bytes, dropped: dropped.includes(id) },
    virus: virus?.state ?? null,
  }));

/** Whether a place is left that a canned response could not fill in. */
export const isUnfilled = ({ text, fields }: Pick<Draft, 'text' | 'fields'>): boolean => hasMark(text) || hasMark(fields.subject);

/**
 * The suggested recipients, and those that the draft has ticked beside them: it was a message to others before it was taken back, or a newer
 * message suggests others. Without `ticked` all of them stand ticked; whoever is ticked `elsewhere` is not offered twice.
 */
function offer(
  suggested: readonly NamedAddress[],
  ticked: readonly string[] | null,
  elsewhere: readonly string[],
  blocked: readonly BlockedRecipient[],
): readonly OfferedRecipient[] {
  const own = readRecipients((ticked ?? []).join(',')).addresses;
  const keys = (list: readonly NamedAddress[]): ReadonlySet<string> => new Set(list.map(({ address }) => addressKey(address)));
  const [known, chosen] = [keys(suggested), keys(own)];
  const taken = keys(readRecipients(elsewhere.join(',')).addresses);
  const beside = own.filter(({ address }) => !known.has(address));
  return [...suggested.filter(({ address }) => !taken.has(addressKey(address))), ...beside].map((one) => {
    const value = withName(one);
    // By the address: his name may have been written otherwise.
    const checked = ticked === null || ticked.includes(value) || chosen.has(addressKey(one.address));
    const reason = blocked.find(({ address }) => address === addressKey(one.address))?.reason ?? null;
    return { value, address: one.address, name: one.name || one.address, checked, blocked: reason };
  });
}
