import test from 'ava';
import { labelContact } from '../../core/contacts/label.ts';
import { assignConversation } from '../../core/conversations/assign.ts';
import { closeConversation } from '../../core/conversations/close.ts';
import { findConversationRow, listConversations } from '../../core/conversations/list.ts';
import { markRead } from '../../core/conversations/mark-read.ts';
import { transact } from '../../core/db/scope.ts';
import { setLabels } from '../../core/labels/apply.ts';
import { addLabel } from '../../core/labels/edit.ts';
import type { ConversationId, MessageId } from '../../core/lib/ids.ts';
import { clausesOf } from '../../core/search/clauses.ts';
import { startOf } from '../../core/search/days.ts';
import { markedIn } from '../../core/search/terms.ts';
import { markSpam } from '../../core/spam/mark.ts';
import { houseFor } from '../support/house.ts';
import { answer } from '../support/sending.ts';

const parts = (q: string) => clausesOf(q).map(({ operator, value, isNot }) => `${isNot ? '-' : ''}${operator ?? '='} ${value}`);

test('what stands before a colon is an operator in both languages, and words where it is none', (t) => {
  t.deepEqual(parts('from:jan OD:"Jan Nowak" Jest:otwarta ma:załącznik'), ['from jan', 'from Jan Nowak', 'is otwarta', 'has załącznik']);
  t.deepEqual(parts('https://x.test Re: e-mail foo:"a b"'), ['= https://x.test', '= Re:', '= e-mail', '= foo:a b']);
  t.deepEqual(parts('„numer umowy” -spam -label:x'), ['= numer umowy', '-= spam', '-label x']);
  t.deepEqual(parts('from: jan'), ['from ', '= jan']);
  t.deepEqual(parts('-x'), ['= x'], 'a dash before the only word is a dash');
  t.is(clausesOf('x '.repeat(300)).length, 20);
});

test('the words of a search are marked without their fields, the last one as a beginning, those left out not at all', (t) => {
  t.is(markedIn('Pralkę od:"Jan Lis" -reklama jest:otwarta łoż'), 'pralke jan lis loz*');
  t.is(markedIn('"numer umowy"'), 'numer umowy');
  t.is(markedIn('is:open'), '');
});

test('a day, a month and a year begin in the time zone of the company', (t) => {
  const now = new Date('2026-11-24T23:30:00.000Z');
  const at = (text: string) => startOf(text, now, 'Europe/Warsaw')?.toISOString() ?? null;
  t.is(at('2026-11-24'), '2026-11-23T23:00:00.000Z');
  t.is(at('4.7.2026'), '2026-07-03T22:00:00.000Z');
  t.is(at('2026-11'), '2026-10-31T23:00:00.000Z');
  t.is(at('2026'), '2025-12-31T23:00:00.000Z');
  t.is(at('dziś'), '2026-11-24T23:00:00.000Z');
  t.is(at('yesterday'), '2026-11-23T23:00:00.000Z');
  for (const wrong of ['', '2026-02-30', '31.4.2026', '2026-13', 'tomorrow', '20261', "2026-11-24'"]) t.is(at(wrong), null, wrong);
});

/** Five conversations, an hour apart: 0 with an invoice attached, 1 closed and read, 2 assigned and labelled, 3 answered, 4 in another inbox. */
async function five(t: Parameters<typeof houseFor>[0]) {
  const house = await houseFor(t);
  const sales = await house.addInbox('sales@company.test');
  const ids: ConversationId[] = [];
  const messages: MessageId[] = [];
  const file = { filename: 'f.bin', contentType: 'application/octet-stream', bytes: 1, contentId: null, inline: false };
  await house.scope.db('blobs').insert({ sha256: 'a'.repeat(64), bytes: 1, created_at: '2026-01-01T00:00:00.000Z' });
  for (let n = 0; n < 5; n += 1) {
    const { conversationId, messageId } = await house.mail(
      {
        from: { address: `client${n}@shop${n % 2}.test`, name: n === 2 ? 'Ewa Łącka' : null },
        to: [{ address: n === 4 ? 'sales@company.test' : 'help@company.test', name: null }],
        cc: n === 3 ? [{ address: 'boss@company.test', name: 'Szef' }] : [],
        subject: n < 2 ? 'Faktura' : 'Naprawa pralki',
        text: n === 2 ? 'numer umowy 17, pralka, faktura' : `pralka, umowy numer ${n}`,
        attachments: n === 0 ? [{ ...file, sha256: 'a'.repeat(64) }] : [],
      },
      n === 4 ? { inboxId: sales } : {},
    );
    ids.push(conversationId);
    messages.push(messageId);
    house.pass(60);
  }
  const id = (n: number) => ids[n] as ConversationId;
  await closeConversation(house.agentScope, id(1));
  await markRead(house.agentScope, id(1), house.agentId, messages[1] as MessageId);
  await assignConversation(house.agentScope, id(2), house.agentId);
  const urgent = await addLabel(house.agentScope, 'Bardzo ważne', 'red');
  await transact(house.agentScope, (tx) => setLabels(tx, id(2), [urgent.id]));
  await answer(house, id(3), ['client3@shop1.test']);
  const found = async (q: string) => {
    const numbers: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await listConversations(house.agentScope, { q, cursor, limit: 2 });
      numbers.push(...page.items.map((row) => ids.indexOf(row.id)));
      cursor = page.next ?? undefined;
    } while (cursor);
    return numbers.sort();
  };
  return { ...house, ids, found };
}

test('operators narrow a search to fields, files, days, states, labels, inboxes and people, alone and together with words', async (t) => {
  const { found, ids, agentScope } = await five(t);
  const { contact } = await findConversationRow(agentScope, ids[3] as ConversationId);
  await labelContact(agentScope, contact.id, (await addLabel(agentScope, 'VIP')).id, true);
  const expected: Readonly<Record<string, readonly number[]>> = {
    'from:client2': [2],
    'od:shop1.test': [1, 3],
    'od:"ewa łącka"': [2],
    'od:łąc': [2],
    'from:company': [3],
    'from:pralka': [],
    'to:sales': [4],
    'do:szef': [3],
    'subject:naprawa pralka': [2, 3, 4],
    'temat:faktura': [0, 1],
    'faktura -temat:faktura': [2],
    'pralka -faktura': [3, 4],
    'pralka -od:shop1.test': [0, 2, 4],
    'pralka ma:załącznik': [0],
    'pralka -has:attachment': [1, 2, 3, 4],
    'has:attachment': [0],
    '-has:attachment': [1, 2, 3, 4],
    '"numer umowy"': [2],
    '„umowy numer” faktura': [0, 1],
    'is:open': [0, 2, 3, 4],
    'jest:zamknięta': [1],
    '-is:closed pralka': [0, 2, 3, 4],
    'is:snoozed': [],
    'is:unread': [0, 2, 4],
    '-is:unread pralka': [1, 3],
    'jest:nieodpisana': [0, 2, 4],
    'is:unassigned': [0, 1, 3, 4],
    'assigned:me': [2],
    'przypisane:anna': [2],
    'assigned:none -is:open': [1],
    '-assigned:me': [0, 1, 3, 4],
    'pralka przypisane:nikt is:open': [0, 3, 4],
    'label:bardzo-ważne': [2],
    'etykieta:ważne pralka': [2],
    '-label:"bardzo ważne"': [0, 1, 3, 4],
    'contact-label:vip': [3],
    'etykieta-kontaktu:vip pralka': [3],
    '-contact-label:VIP pralka': [0, 1, 2, 4],
    'inbox:sales': [4],
    'skrzynka:company.test is:closed': [1],
    'pralka inbox:help@company.test': [0, 1, 2, 3],
    'label:ważne inbox:sales': [],
    'is:open is:closed': [],
    'after:2026-11-24': [0, 1, 2, 3, 4],
    'before:2026-11-24': [],
    'before:2027 after:2026 is:open': [0, 2, 3, 4],
    'przed:24.11.2026 po:2026': [],
    'pralka przed:2027': [0, 1, 2, 3, 4],
    'pralka przed:2026-11': [],
    'pralka po:25.11.2026': [],
    'pralka po:dzisiaj': [0, 1, 2, 3, 4],
    'unknown:pralka': [],
    'inne:słowo': [],
  };
  for (const [q, numbers] of Object.entries(expected)) t.deepEqual(await found(q), numbers, q);
  await markSpam(agentScope, ids[0] as ConversationId, true);
  t.deepEqual(await found('jest:spam'), [0]);
  t.deepEqual(await found('has:attachment'), []);
});

test('a value that is not understood is said in a sentence, never guessed', async (t) => {
  const { agentScope, scope } = await houseFor(t);
  const expected: Readonly<Record<string, string>> = {
    'from:': 'empty',
    'label:nosuch': 'label',
    'contact-label:nosuch': 'label',
    'inbox:nosuch': 'inbox',
    'assigned:nobodyknown': 'assigned',
    'is:whatever': 'is',
    'is:constructor': 'is',
    'has:money': 'has',
    'before:soon': 'date',
    '-before:2026': 'not_date',
    'is:spam words': 'spam',
    '-a -b': 'only_not',
  };
  for (const [q, what] of Object.entries(expected)) {
    const error = await t.throwsAsync<Error & { fields: unknown }>(listConversations(agentScope, { q }), { code: 'invalid' }, q);
    t.deepEqual(error?.fields, { q: `search.wrong.${what}` }, q);
  }
  await t.throwsAsync(listConversations(scope, { q: 'assigned:me' }), { code: 'invalid' }, 'a machine is nobody');
});
