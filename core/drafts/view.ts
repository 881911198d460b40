import type { BlockedAddress } from '../blocked-addresses/types.ts';
import { hasMark } from '../canned-responses/variables.ts';
import { addressKey } from '../contacts/address.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import type { DraftAttachmentId, InboxId, MessageId } from '../lib/ids.ts';
import { readRecipients } from '../messages/typed-recipients.ts';
import type { Direction } from '../messages/types.ts';
import { withName } from './addresses.ts';
import type { Draft, DraftAttachment, DraftKind, DraftMacro } from './types.ts';

/** A recipient who gets no mail, and why. */
export type BlockedRecipient = Pick<BlockedAddress, 'address' | 'reason'>;

/** What the composer's fields hold; `problems` are texts that stand above the message. */
export interface ComposerView {
  readonly kind: DraftKind;
  readonly html: string;
  readonly text: string;
  readonly format: 'rich' | 'plain';
  readonly recipients: readonly {
    readonly value: string;
    readonly address: string;
    readonly name: string;
    readonly checked: boolean /** Why nothing is sent to it; null = it is. */;
    readonly blocked: string | null;
  }[];
  readonly moreTo: string;
  readonly cc: string;
  readonly bcc: string;
  readonly subject: string;
  readonly inboxId: InboxId | null;
  readonly quoted: boolean;
  /** Files that the draft holds on the server. */
  readonly files: readonly { readonly id: number; readonly name: string; readonly bytes: number; readonly dropped: boolean }[];
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
  suggested: readonly NamedAddress[],
  problems: readonly string[] = [],
  blocked: readonly BlockedRecipient[] = [],
): ComposerView {
  const ticked = draft?.fields.to ?? null;
  return {
    kind: draft?.kind ?? 'reply',
    html: draft?.html ?? '',
    text: draft?.text ?? '',
    format: draft !== null && draft.html === '' && draft.text !== '' ? 'plain' : 'rich',
    recipients: withTicked(suggested, ticked).map((one) => {
      const value = withName(one);
      return {
        value,
        address: one.address,
        name: one.name || one.address,
        checked: ticked?.includes(value) ?? true,
        blocked: blocked.find(({ address }) => address === addressKey(one.address))?.reason ?? null,
      };
    }),
    moreTo: draft?.fields.moreTo ?? '',
    cc: draft?.fields.cc ?? '',
    bcc: draft?.fields.bcc ?? '',
    subject: draft?.fields.subject ?? '',
    inboxId: draft?.fields.inboxId ?? null,
    quoted: draft?.fields.quoted ?? false,
    files: fileViews(draft?.attachments ?? [], draft?.fields.dropped ?? []),
    macro: draft?.fields.macro ?? null,
    asksUnfilled: problems.length > 0 && draft !== null && isUnfilled(draft),
    meanwhile: null,
    restored: draft !== null && problems.length === 0,
    problems,
  };
}

/** The files of a draft as removable pills. */
export const fileViews = (files: readonly DraftAttachment[], dropped: readonly DraftAttachmentId[]): ComposerView['files'] =>
  files.map(({ id, filename, bytes }) => ({ id, name: filename, bytes, dropped: dropped.includes(id) }));

/** Whether a place is left that a canned response could not fill in. */
export const isUnfilled = ({ text, fields }: Pick<Draft, 'text' | 'fields'>): boolean => hasMark(text) || hasMark(fields.subject);

/** The suggested recipients, and those of the draft that are none of them: it was a message to others before it was taken back. */
function withTicked(suggested: readonly NamedAddress[], ticked: readonly string[] | null): readonly NamedAddress[] {
  const known = new Set(suggested.map(({ address }) => address));
  return [...suggested, ...readRecipients((ticked ?? []).join(',')).addresses.filter(({ address }) => !known.has(address))];
}
