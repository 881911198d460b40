import type { ExecutionContext } from 'ava';
import { saveAcknowledgement } from '../../core/acknowledgements/save.ts';
import { addRule } from '../../core/admissions/change.ts';
import { blockSender } from '../../core/blocked-senders/block.ts';
import { createCanned } from '../../core/canned-responses/save.ts';
import { addVariable } from '../../core/company/change.ts';
import { giveToTeam } from '../../core/conversations/assign.ts';
import { fileConversation } from '../../core/conversations/file.ts';
import { type Scope, transact } from '../../core/db/scope.ts';
import { queueCheck } from '../../core/deliverability/queue-check.ts';
import { readComposer } from '../../core/drafts/form.ts';
import { discardDraft, saveDraft } from '../../core/drafts/save.ts';
import { addFolder as addCompanyFolder, addFiles } from '../../core/files/keep.ts';
import { addFolder } from '../../core/folders/edit.ts';
import { grant } from '../../core/folders/rights.ts';
import { grantTeams } from '../../core/folders/team-rights.ts';
import { addLabel } from '../../core/labels/edit.ts';
import { dayOf } from '../../core/lib/day.ts';
import type { AgentId, ConversationId } from '../../core/lib/ids.ts';
import { recordRefusal } from '../../core/refusals/record.ts';
import { addTurnAways } from '../../core/refusals/turn-away-store.ts';
import { addRule as addMessageRule } from '../../core/rules/save.ts';
import { RULE_INPUT } from '../../core/rules/types.ts';
import { changeGeneral } from '../../core/settings/general.ts';
import { addTeam } from '../../core/teams/edit.ts';
import { emptyTrash } from '../../core/trash/purge.ts';
import { changeWidget } from '../../core/widget/settings.ts';
import { USUAL } from '../../core/widget/types.ts';
import { filePart, gzipOf, NAME, record, reportMail, reportXml } from '../../plugins/email/test/domain-reports.ts';
import { addAgent } from '../support/accounts.ts';
import { BIURO, type Office } from '../support/office.ts';
import { deliver } from '../support/smtp-client.ts';
import { until } from '../support/until.ts';
import { talkLive } from './chat.ts';
import { LETTERS, wireForm } from './letters.ts';
import { connectSome } from './mailboxes.ts';

export type Address = string;

/** Where things are in an office; null = it has none. */
export interface Filled {
  /** The conversation of this subject, with something behind its address. */
  talk(subject: string, behind?: string): Address | null;
  inbox(before: string): Address | null;
  /** A page of the message with the newsletter. */
  message(what: 'source' | 'body' | 'text' | 'transfer'): Address | null;
  readonly domain: string | null;
  readonly passwordLink: Address | null;
  readonly setupLink: Address | null;
}

const HOUR_MS = 3_600_000;
const DAY_SECONDS = 86_400;
const TERMS = 'Z panelu korzystają pracownicy Stolarni Dębowej. Dane klientów służą wyłącznie do odpowiadania na ich pytania.';

/** Fills an office with what a working week leaves: mail in every state, people, rules, reports. */
export async function fillOffice(
  t: ExecutionContext<unknown>,
  office: Office,
): Promise<Pick<Filled, 'talk' | 'inbox' | 'message' | 'domain'>> {
  const { scope } = office;
  await changeGeneral(scope, { companyName: 'Stolarnia Dębowa', terms: TERMS, privacy: TERMS });
  const [piotr] = [
    await addAgent(scope, 'Piotr'),
    await addAgent(scope, 'Ewa', 'administrator'),
    await addAgent(scope, 'Łucja', 'agent', null),
  ];
  await prepareWork(office);
  const ids = new Map<string, number>();
  for (const letter of LETTERS) {
    await deliver(t, office.smtpPort, { from: letter.from, to: [BIURO], message: await wireForm(letter) });
    const found = await until(`"${letter.subject}" is there`, () =>
      scope.db('conversations').where({ subject: letter.subject }).first('id'),
    );
    ids.set(letter.subject, found.id);
  }
  await answerSome(office, ids, piotr);
  await writeDrafts(scope, ids);
  await connectSome(t, office);
  await setUpTheRest(t, office);
  await sortSome(office, ids, piotr);
  await talkLive(office, ids);
  await changeWidget(scope, { ...USUAL, isOn: true, sites: ['https://stolarnia-debowa.example'], colour: '#7a4a21' });
  for (const { subject, hoursAgo } of LETTERS) await moveBack(office, ids.get(subject) ?? 0, hoursAgo * HOUR_MS);
  const newsletter = await scope
    .db('messages')
    .where({ conversation_id: ids.get('Nowości na zimę') ?? 0 })
    .first('id');
  return {
    talk: (subject, behind = '') => (ids.has(subject) ? `/conversations/${ids.get(subject)}${behind}` : null),
    inbox: (before) => `${before}1`,
    message: (what) => `/messages/${newsletter.id}/${what}`,
    domain: 'firma.test',
  };
}

/** What a team has made for itself before the first mail: labels, templates, a variable, a rule. */
async function prepareWork({ scope }: Office): Promise<void> {
  const invoice = await addLabel(scope, 'Faktury', 'blue');
  await addLabel(scope, 'Pilne', 'red');
  await addLabel(scope, 'Reklamacje', 'orange');
  const anna = (await scope.db('agents').orderBy('id').first('id')).id;
  const letter = { folder: '', channel: null, subject: '', html: null };
  await createCanned(scope, null, {
    ...letter,
    name: 'Faktura w drodze',
    folder: 'Księgowość',
    text: 'Dzień dobry, {{ contact.first_name }},\n\nfakturę wyślemy najpóźniej jutro.',
  });
  await addVariable(scope, { name: 'numer_konta', label: 'Numer konta', value: '12 3456 7890 1234 5678 9012 3456' });
  await createCanned(scope, anna, { ...letter, name: 'Oddzwonię', text: 'Dzień dobry,\n\noddzwonię dziś do godziny 15.' });
  await addMessageRule(
    scope,
    RULE_INPUT.parse({
      name: 'Faktury',
      conditions: [{ field: 'subject', operator: 'contains', values: ['faktura', 'rachunek'] }],
      actions: { labelIds: [invoice.id] },
    }),
  );
  await until('the rule is known', async () => (await scope.db('events').whereNull('dispatched_at')).length === 0);
}

/** Folders, a folder within one, and an agent who sees only some of them. */
async function sortSome({ scope }: Office, ids: ReadonlyMap<string, number>, piotr: AgentId): Promise<void> {
  const shop = await addFolder(scope, 'Sklep internetowy');
  const service = await addFolder(scope, 'Serwis');
  const warranty = await addFolder(scope, 'Gwarancja', service.id);
  await addFolder(scope, 'Zarząd');
  const places = { 'Zwrot towaru': shop, 'Nowości na zimę': shop, 'Reklamacja nr 118/2026': warranty, 'Termin montażu': service };
  for (const [subject, { id }] of Object.entries(places)) {
    const found = ids.get(subject);
    if (found !== undefined) await fileConversation(scope, found as ConversationId, id);
  }
  const { id: team } = await addTeam(scope, 'Serwis i gwarancje', [piotr, 1 as AgentId]);
  await addTeam(scope, 'Księgowość');
  await grantTeams(scope, [{ teamId: team, folderId: warranty.id, level: 'move' }]);
  for (const subject of ['Termin montażu', 'Zwrot towaru']) {
    const found = ids.get(subject);
    if (found !== undefined) await giveToTeam(scope, found as ConversationId, team);
  }
  await grant(scope, [{ agentId: piotr, folderId: service.id, level: 'answer' }]);
}

/** Answers of every fate, a note, a closed conversation, one in spam, one in the trash. */
async function answerSome({ api, relay, scope }: Office, ids: ReadonlyMap<string, number>, piotr: number): Promise<void> {
  let last = '';
  const planned = 'Przypomnienie o przeglądzie';
  relay.play({
    RCPT: (address) => {
      last = address;
      if (address.includes('nieznany@')) return '550 5.1.1 <nieznany@klient.test>: Recipient address rejected: User unknown';
      return address.includes('pozno@') ? '450 4.2.2 Mailbox full, try again later' : '250 2.1.5 ok';
    },
    END: () => (last.includes('montaz@') ? 'drop' : '250 2.0.0 queued as 4XyZ12'),
  });
  const isOver = async (): Promise<boolean> => {
    const others = scope.db('deliveries').whereNot({ conversation_id: ids.get(planned) ?? 0 });
    return (await others.whereIn('status', ['queued', 'sending'])).length === 0;
  };
  // One after the other: the relay knows a mail by the recipient it heard last.
  const answer = async (subject: string, body: object): Promise<void> => {
    await api('POST', `/conversations/${ids.get(subject)}/messages`, { kind: 'reply', ...body });
    await until(`the answer to "${subject}" has its fate`, isOver);
  };
  const change = (subject: string, body: object) => api('PATCH', `/conversations/${ids.get(subject)}`, body);
  await answer('Podziękowanie', { text: 'Dziękujemy za miłe słowa i polecamy się na przyszłość.' });
  await answer('Reklamacja nr 118/2026', { text: 'Serwisant przyjedzie jutro między 10 a 12.', cc: ['serwis@klient.test'] });
  await answer('Zmiana adresu dostawy', { text: 'Adres został zmieniony.' });
  await answer('Termin montażu', { text: 'Tak, 3 grudnia o 9:00 ekipa będzie na miejscu.' });
  await answer(planned, {
    text: 'Za tydzień przypada termin.',
    sendAt: new Date(Date.now() + 168 * HOUR_MS).toISOString(),
  });
  await answer('Zwrot towaru', { kind: 'note', text: 'Sprawdzić u producenta, czy partia z października ma inny odcień.' });
  await answer('Zwrot towaru', {
    html: '<p>Dzień dobry,</p><ol><li>proszę <b>spakować</b> stolik,</li><li>kurier przyjedzie w piątek.</li></ol>',
  });
  await change('Podziękowanie', { status: 'closed' });
  await change('Rabat dla stałych klientów', { assigneeId: String(piotr) });
  await change('Faktura za listopad', { assignee: 'anna@firma.test' });
  await change('Wygrałeś nagrodę!', { spam: true });
  await change('Zaproszenie na targi', { trashed: true });
  await emptyTrash(scope, 1);
  await until('the trash is empty', async () => (await scope.db('tombstones').first('id')) !== undefined);
  await change('Kubki z Państwa logo', { trashed: true });
}

/** One that stands, one that was discarded, and one that was written anew. */
async function writeDrafts(scope: Scope, ids: ReadonlyMap<string, number>): Promise<void> {
  const anna = (await scope.db('agents').orderBy('id').first('id')).id;
  const write = async (subject: string, text: string): Promise<ConversationId> => {
    const id = ids.get(subject) as ConversationId;
    await saveDraft(scope, anna, id, readComposer({ text }).draft);
    return id;
  };
  const gone = await write(
    'Zmiana adresu dostawy',
    'Dzień dobry,\n\nzmianę adresu zapisaliśmy. Paczka wyjdzie w poniedziałek.\n\nAnna Nowak',
  );
  await discardDraft(scope, anna, gone);
  await write('Rabat dla stałych klientów', 'Dzień dobry, dla stałych klientów mamy pięć procent rabatu przez cały grudzień.');
  await write('Rabat dla stałych klientów', 'Dzień dobry, rabat ustalamy z każdym klientem osobno. Zadzwonię jutro.');
}

/** Files of the company. Their bytes are those of an attachment that came with a mail. */
async function keepFiles({ scope }: Office): Promise<void> {
  const own: Scope = { ...scope, actor: { kind: 'agent', id: 1 as AgentId } };
  const folder = await addCompanyFolder(own, null, 'Cenniki');
  const photo = await scope.db('attachments').where({ content_type: 'image/png' }).first('blob_sha256', 'bytes');
  const image = { contentType: 'image/png', bytes: photo.bytes, sha256: photo.blob_sha256 };
  await addFiles(own, null, [{ filename: 'Szafa Lipa, wymiary.png', ...image }]);
  await addFiles(own, folder, [{ filename: 'Schody 2026.png', ...image }]);
}

async function setUpTheRest(t: ExecutionContext<unknown>, office: Office): Promise<void> {
  const { scope } = office;
  await keepFiles(office);
  const [inbox] = await scope.db('inboxes').select('id');
  await saveAcknowledgement(scope, {
    ...{ inboxId: inbox.id, enabled: true, language: 'pl', subject: 'Sprawa nr {{ conversation.number }}' },
    text: 'Dzień dobry,\n\ndziękujemy za wiadomość. Odpowiemy w ciągu jednego dnia roboczego.\n\n{{ company }}',
  });
  await addRule(scope, { verdict: 'deny', subject: 'sender', value: 'loteria.test', reason: 'Loterie, o które nikt nie prosił' });
  await addRule(scope, { verdict: 'deny', subject: 'network', value: '198.51.100.0/24', reason: '' });
  await addRule(scope, { verdict: 'allow', subject: 'sender', value: 'hurtownia.test', reason: 'Nasz dostawca drewna' });
  for (const one of ['reklama.test', 'natret@poczta.test']) await blockSender(scope, one);
  const refusal = { reason: 'dmarc' as const, senderDomain: 'bank.test', mailFrom: 'przelewy@bank.test', remoteIp: '198.51.100.66' };
  for (let n = 0; n < 7; n += 1) await recordRefusal(scope, { ...refusal, inboxIds: [inbox.id] });
  for (const [organisation, daysAgo] of [
    ['google.com', 1],
    ['google.com', 3],
    ['wp.pl', 1],
    ['Outlook.com', 2],
  ] as const)
    await deliver(t, office.smtpPort, { from: `noreply@${organisation}`, to: [BIURO], message: reported(organisation, daysAgo) });
  await until('the reports were read', async () => (await scope.db('domain_reports')).length === 4);
  await queueCheck(scope, 'firma.test');
  await until('the domain was checked', async () => (await scope.db('domain_checks')).length === 1);
  const turned = [
    ['denied', 12],
    ['unknown_recipient', 41],
    ['limit', 3],
    ['protocol', 1],
  ] as const;
  await transact(scope, (tx) => addTurnAways(tx, dayOf(new Date()), new Map(turned)));
  // As if reading one had failed: its bytes are there, nothing was made of them.
  const [raw] = await scope.db('raw_inbound').where({ status: 'received' }).orderBy('id').limit(1);
  await scope.db('messages').where({ raw_inbound_id: raw.id }).update({ raw_inbound_id: null });
  await scope.db('raw_inbound').where({ id: raw.id }).update({ status: 'failed', error: 'too_slow: 10 s' });
}

function reported(organisation: string, daysAgo: number): string {
  const begin = (Math.floor(Date.now() / 1000 / DAY_SECONDS) - daysAgo) * DAY_SECONDS;
  const stranger = '<spf><domain>bulk.test</domain><result>pass</result></spf>';
  const rows =
    record({ ip: '192.0.2.7', count: 40 + daysAgo * 7 }) +
    record({ ip: '198.51.100.9', count: 5 + daysAgo, spf: 'fail', dkim: 'fail', disposition: 'quarantine', auth: stranger });
  const xml = reportXml(rows, { organisation, id: `${organisation}-${daysAgo}`, begin });
  return reportMail(filePart('application/gzip', `${NAME}.xml.gz`, gzipOf(xml))).replace(/\n/g, '\r\n');
}

/** As if it had happened that long ago. */
async function moveBack({ scope: { db } }: Office, id: number, ms: number): Promise<void> {
  const earlier = (at: string): string => new Date(new Date(at).getTime() - ms).toISOString();
  const row = await db('conversations').where({ id }).first();
  // One was deleted for good.
  if (!row) return;
  const { last_message_at, waiting_since } = row;
  const waiting = waiting_since === null ? null : earlier(waiting_since);
  await db('conversations')
    .where({ id })
    .update({ last_message_at: earlier(last_message_at), waiting_since: waiting });
  for (const { id: message, created_at } of await db('messages').where({ conversation_id: id }).select('id', 'created_at'))
    await db('messages')
      .where({ id: message })
      .update({ created_at: earlier(created_at) });
}
