import type { NamedAddress } from '../lib/email-address.ts';
import type { InboxId } from '../lib/ids.ts';
import type { Draft, DraftKind } from './types.ts';

/** What the composer's fields hold; `problems` are texts that stand above the message. */
export interface ComposerView {
  readonly kind: DraftKind;
  readonly html: string;
  readonly text: string;
  readonly format: 'rich' | 'plain';
  readonly recipients: readonly { readonly value: string; readonly address: string; readonly name: string; readonly checked: boolean }[];
  readonly moreTo: string;
  readonly cc: string;
  readonly bcc: string;
  readonly subject: string;
  readonly inboxId: InboxId | null;
  readonly quoted: boolean;
  readonly restored: boolean;
  readonly problems: readonly string[];
}

/** The composer with an agent's draft, or empty. With `problems` the draft is what was just refused: nothing says "restored". */
export function composerView(
  draft: Pick<Draft, 'kind' | 'html' | 'text' | 'fields'> | null,
  suggested: readonly NamedAddress[],
  problems: readonly string[] = [],
): ComposerView {
  const ticked = draft?.fields.to ?? null;
  return {
    kind: draft?.kind ?? 'reply',
    html: draft?.html ?? '',
    text: draft?.text ?? '',
    format: draft !== null && draft.html === '' && draft.text !== '' ? 'plain' : 'rich',
    recipients: suggested.map((one) => {
      const value = withName(one);
      return { value, address: one.address, name: one.name || one.address, checked: ticked?.includes(value) ?? true };
    }),
    moreTo: draft?.fields.moreTo ?? '',
    cc: draft?.fields.cc ?? '',
    bcc: draft?.fields.bcc ?? '',
    subject: draft?.fields.subject ?? '',
    inboxId: draft?.fields.inboxId ?? null,
    quoted: draft?.fields.quoted ?? false,
    restored: draft !== null && problems.length === 0,
    problems,
  };
}

/** One recipient as `readRecipients` reads it back. */
const withName = ({ address, name }: NamedAddress): string => (name ? `"${name.replace(/["\\\r\n]/g, ' ')}" <${address}>` : address);
