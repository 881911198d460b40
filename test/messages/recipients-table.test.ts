import test from 'ava';
import type { NamedAddress } from '../../core/lib/email-address.ts';
import { answeredAmong, recipientsOfAnswer } from '../../core/messages/recipients.ts';
import { readRecipients } from '../../core/messages/typed-recipients.ts';

type Answered = NonNullable<Parameters<typeof recipientsOfAnswer>[2]>;
type Facts = Partial<Pick<Answered, 'direction' | 'automated' | 'machine' | 'senderStatus'>>;

interface Mail extends Facts {
  readonly from?: string;
  readonly replyTo?: string;
  readonly to?: string;
  readonly cc?: string;
}

const OURS = ['help@company.test', 'sales@company.test', 'info+shop@company.test'];
const endpoints = { isOurs: (address: string) => OURS.includes(address), isOurDomain: (domain: string) => domain === 'company.test' };

// What is no address at all can stand in a header, too.
const list = (text = ''): readonly NamedAddress[] => {
  const { addresses, wrong } = readRecipients(text);
  return [...addresses, ...wrong.map((address) => ({ address, name: null }))];
};
const message = ({ from = 'jan@c.test', replyTo, to = 'help@company.test', cc, ...facts }: Mail): Answered => ({
  ...{ direction: 'inbound', automated: false, machine: null, senderStatus: 'participant', ...facts },
  from: list(from)[0] ?? { address: from, name: null },
  replyTo: list(replyTo),
  to: list(to),
  cc: list(cc),
});
const said = (all: readonly NamedAddress[]): string => all.map(({ address }) => address).join(' ');

/** What came, then To, the copies of an answer to all, and whether that is the usual answer. */
const CASES: readonly (readonly [what: string, mail: Mail | null, to: string, copies: string, isToAll: boolean])[] = [
  ['only we', {}, 'jan@c.test', '', true],
  ['others in To', { to: 'help@company.test, ewa@c.test' }, 'jan@c.test', 'ewa@c.test', true],
  ['others in Cc', { cc: 'ewa@c.test, ola@d.test' }, 'jan@c.test', 'ewa@c.test ola@d.test', true],
  ['in To and Cc, To first', { to: 'ewa@c.test, help@company.test', cc: 'ola@d.test' }, 'jan@c.test', 'ewa@c.test ola@d.test', true],
  ['the same one twice', { to: 'help@company.test, ewa@c.test', cc: 'EWA@C.test' }, 'jan@c.test', 'ewa@c.test', true],
  ['we in Cc', { to: 'ewa@c.test', cc: 'Help@Company.test' }, 'jan@c.test', 'ewa@c.test', true],
  ['two inboxes of ours', { to: 'help@company.test, sales@company.test', cc: 'ewa@c.test' }, 'jan@c.test', 'ewa@c.test', true],
  ['our address with a token', { to: 'help+r-a1b2@company.test', cc: 'ewa@c.test' }, 'jan@c.test', 'ewa@c.test', true],
  ['an inbox that has a plus itself', { to: 'info+shop@company.test, ewa@c.test' }, 'jan@c.test', 'ewa@c.test', true],
  ['a colleague in Cc', { cc: 'anna@company.test' }, 'jan@c.test', 'anna@company.test', true],
  ['the customer in his own Cc', { cc: 'jan@c.test, ewa@c.test' }, 'jan@c.test', 'ewa@c.test', true],
  ['the customer in Cc of a colleague', { from: 'ewa@c.test', cc: 'jan@c.test' }, 'ewa@c.test', 'jan@c.test', true],
  ['Reply-To', { replyTo: 'office@c.test', cc: 'ewa@c.test' }, 'office@c.test', 'ewa@c.test', true],
  ['Reply-To of two', { replyTo: 'office@c.test, jan@c.test', cc: 'jan@c.test' }, 'office@c.test jan@c.test', '', true],
  ['Reply-To that is in Cc', { replyTo: 'office@c.test', cc: 'office@c.test, jan@c.test' }, 'office@c.test', 'jan@c.test', true],
  ['Reply-To that is ours', { replyTo: 'help@company.test', cc: 'ewa@c.test' }, 'jan@c.test', 'ewa@c.test', true],
  ['from one of our inboxes', { from: 'sales@company.test', cc: 'ewa@c.test' }, 'contact@c.test', 'ewa@c.test', true],
  ['a blind copy for us', { to: 'ewa@c.test' }, 'jan@c.test', 'ewa@c.test', false],
  ['a forwarding address', { to: 'office@company.test', cc: 'ewa@c.test' }, 'jan@c.test', 'ewa@c.test', false],
  ['nobody named', { to: 'undisclosed-recipients' }, 'jan@c.test', '', false],
  ['what is no address', { cc: 'team, ewa@c.test, x@group.invalid' }, 'jan@c.test', 'ewa@c.test', true],
  ['a stranger', { senderStatus: 'new_participant', cc: 'ewa@c.test' }, 'jan@c.test', 'ewa@c.test', false],
  ['an out of office reply', { automated: true, machine: 'auto-reply', cc: 'ewa@c.test' }, 'jan@c.test', '', false],
  ['a bounce', { from: 'mailer-daemon@c.test', automated: true, machine: 'delivery', cc: 'ewa@c.test' }, 'mailer-daemon@c.test', '', false],
  ['a machine of no kind', { automated: true, cc: 'ewa@c.test' }, 'jan@c.test', '', false],
  [
    'a mailing list',
    { automated: true, machine: 'list', replyTo: 'list@d.test', to: 'list@d.test', cc: 'ewa@c.test' },
    'list@d.test',
    'ewa@c.test',
    false,
  ],
  ['ours', { direction: 'outbound', from: 'help@company.test', to: 'jan@c.test', cc: 'ewa@c.test' }, 'jan@c.test', 'ewa@c.test', true],
  ['ours to the sender only', { direction: 'outbound', from: 'help@company.test', to: 'jan@c.test' }, 'jan@c.test', '', true],
  [
    'ours with ourselves in copy',
    { direction: 'outbound', from: 'help@company.test', to: 'jan@c.test', cc: 'sales@company.test, jan@c.test' },
    'jan@c.test',
    '',
    true,
  ],
  ['nothing yet', null, 'contact@c.test', '', false],
];

for (const [what, mail, to, copies, isToAll] of CASES)
  test(`recipients of an answer: ${what}`, (t) => {
    const found = recipientsOfAnswer(endpoints, 'contact@c.test', mail && message(mail));
    t.deepEqual([said(found.to), said(found.allCc), found.isToAll], [to, copies, isToAll]);
  });

test('an answer takes up the newest message by a person, ours included, before machines, strangers and notes', (t) => {
  const found = (...mails: readonly Facts[]): number => {
    const messages = mails.map((facts) => message(facts));
    const answered = answeredAmong(messages);
    return answered === null ? -1 : messages.indexOf(answered);
  };
  t.is(found(), -1);
  t.is(found({}, { direction: 'outbound' }), 1);
  t.is(found({ direction: 'outbound' }, {}, { direction: 'internal' }), 1);
  t.is(found({}, { automated: true }, { direction: 'outbound', automated: true }), 0);
  t.is(found({}, { senderStatus: 'new_participant' }), 0);
  t.is(found({ senderStatus: 'new_participant' }, { direction: 'outbound', automated: true }), 0);
  t.is(found({ automated: true }), 0);
  t.is(found({ direction: 'internal' }), -1);
});
