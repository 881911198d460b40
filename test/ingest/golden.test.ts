import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { z } from 'zod';
import type { EmailAddress } from '../../core/lib/email-address.ts';
import { splitPlusTag } from '../../core/lib/email-address.ts';
import { bareSubject } from '../../core/lib/text.ts';
import { BIURO, type Office, officeFor } from '../support/office.ts';
import { deliver } from '../support/smtp-client.ts';
import { until } from '../support/until.ts';

const DIR = join(import.meta.dirname, 'golden');
const CUSTOMER = 'jan@klient.test';

interface Expected {
  readonly joins: boolean;
  readonly as?: 'participant' | 'new_participant';
  readonly relates?: boolean;
  /** RCPT TO; the reply address unless it says the inbox. */
  readonly to?: 'inbox';
  /** What an agent does with the conversation before the answer comes. */
  readonly first?: 'merge' | 'merge-and-undo' | 'split';
}

/** What differs from "joins, as the customer, sent to the reply address". Mail programs and what they do to an answer. */
const EXPECTED: Readonly<Record<string, Expected>> = {
  'outlook-2003-own-reference-only': { joins: true, to: 'inbox' },
  'gateway-changed-our-id-kept-his': { joins: true, to: 'inbox' },
  'ids-without-brackets': { joins: true, to: 'inbox' },
  'token-in-delivered-to': { joins: true, to: 'inbox' },
  'token-in-envelope-to': { joins: true, to: 'inbox' },
  'customer-names-the-number': { joins: true, to: 'inbox' },
  'merged-gmail': { joins: true, first: 'merge' },
  'merged-token-alone': { joins: true, first: 'merge' },
  'merged-o2-references-only': { joins: true, to: 'inbox', first: 'merge' },
  'merged-number-in-subject': { joins: true, to: 'inbox', first: 'merge' },
  'merged-third-party-answers': { joins: true, as: 'new_participant', first: 'merge' },
  'merged-stranger-guesses-the-number': { joins: false, to: 'inbox', first: 'merge' },
  'unmerged-gmail': { joins: true, first: 'merge-and-undo' },
  'split-off-wp': { joins: true, first: 'split' },
  'split-off-o2-references-only': { joins: true, to: 'inbox', first: 'split' },
  'third-party-answers': { joins: true, as: 'new_participant' },
  'third-party-forwards-our-thread': { joins: true, as: 'new_participant', to: 'inbox' },
  'stranger-knows-only-the-customers-id': { joins: false, relates: true, to: 'inbox' },
  'stranger-guesses-the-number': { joins: false, to: 'inbox' },
  'token-cut-short': { joins: false },
  'reply-that-lost-everything': { joins: false, relates: true, to: 'inbox' },
  'new-question-of-the-same-customer': { joins: false, to: 'inbox' },
};

const field = (raw: string, name: string): string =>
  new RegExp(`^${name}: ((?:.*\\r\\n)(?:[ \\t].*\\r\\n)*)`, 'mi')
    .exec(raw)?.[1]
    ?.replace(/\r\n\s*/g, ' ')
    .trim() ?? '';

test('answers written by real mail programs find their conversation, and nobody else’s mail does', async (t) => {
  const office = await officeFor(t);
  const { scope } = office;
  const newest = () => scope.db('messages').orderBy('id', 'desc').first();
  for (const [serial, file] of readdirSync(DIR).sort().entries()) {
    const name = file.replace(/\.eml$/, '');
    const { joins, as = 'participant', relates = false, to, first: act }: Expected = EXPECTED[name] ?? { joins: true };
    const question = `<question-${serial}@klient.test>`;
    const asked = [`From: Jan <${CUSTOMER}>`, `To: ${BIURO}`, `Subject: Zamówienie ${name}`, `Message-ID: ${question}`, '', 'Kiedy?', ''];
    await deliver(t, office.smtpPort, { from: CUSTOMER, to: [BIURO], message: asked.join('\r\n') });
    const first = await until('the question', async () => {
      const row = await newest();
      return row?.external_id === question.slice(1, -1) ? row : null;
    });
    const number = first.conversation_id;
    await office.api('POST', `/conversations/${number}/messages`, { kind: 'reply', text: 'Dzień dobry, proszę o numer zamówienia.' });
    const ours = (await until('our answer', () => office.relay.mails[serial])).data;
    const replyTo = field(ours, 'Reply-To');
    const replyToAddress = /<([^>]+)>/.exec(replyTo)?.[1] ?? '';
    t.is<string, string>(splitPlusTag(replyToAddress as EmailAddress).base, BIURO);
    const values: Readonly<Record<string, string>> = {
      ...{ serial: `${serial}x${number}`, question, number: String(number), replyTo, replyToAddress, inbox: BIURO },
      ...{
        customer: CUSTOMER,
        stranger: 'ktos@obcy.test',
        REPLYTO: replyToAddress.toUpperCase(),
        cutReplyTo: replyToAddress.replace(/.{4}@/, '@'),
      },
      messageId: field(ours, 'Message-ID'),
      bareMessageId: field(ours, 'Message-ID').slice(1, -1),
      references: field(ours, 'References'),
      subject: field(ours, 'Subject'),
      bareSubject: bareSubject(`Zamówienie ${name}`),
    };
    const belongs = act === undefined ? number : await rearranged(office, act, number);
    const text = readFileSync(join(DIR, file), 'utf8').replace(/\{\{(\w+)\}\}/g, (_, key: string) => values[key] ?? `missing ${key}`);
    t.false(text.includes('missing '), text);
    const from = /^From: .*?([^\s<>]+@[^\s<>]+)>?$/m.exec(text)?.[1] ?? '';
    const rcpt = to === 'inbox' ? BIURO : name === 'token-cut-short' ? (values['cutReplyTo'] ?? '') : replyToAddress;
    const seen = (await newest()).id;
    await deliver(t, office.smtpPort, { from, to: [rcpt], message: Buffer.from(text.replace(/\r?\n/g, '\r\n')) });
    const answer = await until(`the answer ${name}`, async () => {
      const row = await newest();
      return row.id > seen ? row : null;
    });
    const conversation = await scope.db('conversations').where({ id: answer.conversation_id }).first();
    t.deepEqual(
      { joins: answer.conversation_id === belongs, as: answer.sender_status, relates: conversation.related_conversation_id === belongs },
      { joins, as, relates },
      name,
    );
    t.false(Boolean(answer.automated), name);
  }
});

/** What an agent does to the conversation before the answer comes; the number of the conversation where an answer belongs then. */
async function rearranged(office: Office, act: NonNullable<Expected['first']>, number: number): Promise<number> {
  const { scope } = office;
  const post = async (path: string, body?: object) =>
    z.object({ id: z.int(), toId: z.int() }).parse((await office.api('POST', path, body)).json);
  if (act === 'split') {
    const ours = await scope.db('messages').where({ conversation_id: number, direction: 'outbound' }).first('id');
    return (await post(`/messages/${ours.id}/transfer`, { to: null })).toId;
  }
  await office.mail({ from: 'ola@klient.test', subject: `Ta sama sprawa co ${number}` });
  const other = await until('a mail of somebody else', () =>
    scope
      .db('conversations')
      .where({ subject: `Ta sama sprawa co ${number}` })
      .first('id'),
  );
  const merged = await post(`/conversations/${number}/merger`, { into: other.id });
  if (act === 'merge') return other.id;
  await post(`/transfers/${merged.id}/reversal`);
  return number;
}
