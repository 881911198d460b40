import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { EmailAddress } from '../../core/lib/email-address.ts';
import { splitPlusTag } from '../../core/lib/email-address.ts';
import { bareSubject } from '../../core/lib/text.ts';
import { BIURO, officeFor } from '../support/office.ts';
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
}

/** What differs from "joins, as the customer, sent to the reply address". Mail programs and what they do to an answer. */
const EXPECTED: Readonly<Record<string, Expected>> = {
  'outlook-2003-own-reference-only': { joins: true, to: 'inbox' },
  'gateway-changed-our-id-kept-his': { joins: true, to: 'inbox' },
  'token-in-delivered-to': { joins: true, to: 'inbox' },
  'token-in-envelope-to': { joins: true, to: 'inbox' },
  'customer-names-the-number': { joins: true, to: 'inbox' },
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
    const { joins, as = 'participant', relates = false, to }: Expected = EXPECTED[name] ?? { joins: true };
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
      references: field(ours, 'References'),
      subject: field(ours, 'Subject'),
      bareSubject: bareSubject(`Zamówienie ${name}`),
    };
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
      { joins: answer.conversation_id === number, as: answer.sender_status, relates: conversation.related_conversation_id === number },
      { joins, as, relates },
      name,
    );
    t.false(Boolean(answer.automated), name);
  }
});
