import { senderValues } from '../canned-responses/facts.ts';
import { fillLetter } from '../canned-responses/fill.ts';
import { type LetterValues, NOTHING } from '../canned-responses/variables.ts';
import type { Scope, WriteScope } from '../db/scope.ts';
import type { AgentId, InboxId, MessageId } from '../lib/ids.ts';
import type { SafeHtml } from '../lib/safe-html.ts';
import { textToHtml } from '../lib/text-to-html.ts';
import type { ChannelTraits } from '../plugins/contract.ts';
import { findBoth, insertMessageFooter } from './store.ts';
import type { Footer, WrittenFooter } from './types.ts';

/** The inbox that an answer goes out from. */
export interface FooterInbox {
  readonly id: InboxId;
  readonly name: string;
  readonly address: string;
  readonly traits: Pick<ChannelTraits, 'subject'>;
}

/** What stands below an answer of this agent from this inbox: his own, then the inbox's. Null = nothing, as below whatever is no letter. */
export async function footerFor(scope: Scope, agentId: AgentId, inbox: FooterInbox): Promise<Footer | null> {
  if (!inbox.traits.subject) return null;
  const written = await findBoth(scope, agentId, inbox.id);
  if (written.length === 0) return null;
  const values = { ...NOTHING, ...(await senderValues(scope, agentId, inbox)) };
  const filled = written.map((one) => fillFooter(one, values)).filter(({ text }) => text !== '');
  if (filled.length === 0) return null;
  return { text: filled.map(({ text }) => text).join('\n\n'), html: filled.map(({ html }) => html).join('\n<br>\n') as SafeHtml };
}

/** Both forms with their variables; what is not known is left out. */
export function fillFooter(written: WrittenFooter, values: LetterValues): Footer {
  const { text, html } = fillLetter({ ...written, subject: '' }, values, () => '');
  return { text, html: html ?? textToHtml(text) };
}

/** Notes what stands below a message, once and for all: neither a later change nor taking the message back touches its text. */
export async function addFooter(tx: WriteScope, messageId: MessageId, agentId: AgentId, inbox: FooterInbox): Promise<void> {
  const footer = await footerFor(tx, agentId, inbox);
  if (footer) await insertMessageFooter(tx, messageId, footer);
}

/** Both forms of a message with its footer below, behind the line that mail programs know (RFC 3676 §4.3). */
export function withFooter(body: { readonly text: string; readonly html: SafeHtml | null }, footer: Footer | null): typeof body {
  if (footer === null) return body;
  return {
    text: `${body.text}\n\n-- \n${footer.text}`,
    html: body.html === null ? null : (`${body.html}\n<div><br>-- </div>\n<div>${footer.html}</div>` as SafeHtml),
  };
}
