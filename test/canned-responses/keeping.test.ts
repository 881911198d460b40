import test from 'ava';
import { choicesFor, listCanned, noteUse, usableCanned } from '../../core/canned-responses/list.ts';
import { type CannedInput, changeCanned, createCanned, ownedCanned, removeCanned } from '../../core/canned-responses/save.ts';
import { transact } from '../../core/db/scope.ts';
import { InvalidError } from '../../core/lib/errors.ts';
import type { AgentId } from '../../core/lib/ids.ts';
import { houseFor } from '../support/house.ts';

const letter = (more: Partial<CannedInput> = {}): CannedInput => ({
  ...{ name: 'Powitanie', folder: '', channel: null, subject: '', text: 'Dzień dobry', html: null },
  ...more,
});
const file = (sha: string, bytes = 10) => ({ filename: `${sha}.pdf`, contentType: 'application/pdf', bytes, sha256: sha.repeat(64) });

test('a template is kept sanitised, with its text made from its HTML, and belongs to the company or to one agent', async (t) => {
  const { scope, agentId, addAgent } = await houseFor(t);
  const other = await addAgent('piotr@company.test');
  const html = '<div>Cena: <b>{{ company }}</b></div><script>x</script><div hx-get="/x">dalej</div>';
  const company = await createCanned(scope, null, letter({ name: '  Cennik \n letni ', html, text: 'ignored' }));
  const own = await createCanned(scope, agentId, letter());
  const stored = await usableCanned(scope, other, company);
  t.like(stored, { name: 'Cennik letni', ownerId: null, text: 'Cena: {{ company }}\n\ndalej', usedCount: 0, lastUsedAt: null });
  t.notRegex(String(stored.html), /script|hx-get/);
  t.is((await usableCanned(scope, agentId, own)).ownerId, agentId);
  await t.throwsAsync(() => usableCanned(scope, other, own), { code: 'not_found' });
  for (const owner of [other, null]) {
    await t.throwsAsync(() => ownedCanned(scope, owner, own), { code: 'not_found' });
    await t.throwsAsync(() => changeCanned(scope, owner, own, letter()), { code: 'not_found' });
    await t.throwsAsync(() => removeCanned(scope, owner, own), { code: 'not_found' });
  }
  await t.throwsAsync(() => changeCanned(scope, agentId, company, letter()), { code: 'not_found' });
  t.is(await removeCanned(scope, agentId, own), 'Powitanie');
});

test('a template without a name or text, too long, or naming what there is not is refused by field', async (t) => {
  const { scope } = await houseFor(t);
  for (const [wrong, field, key] of [
    [{ name: ' ' }, 'name', 'forms.required'],
    [{ name: 'x'.repeat(121) }, 'name', 'forms.too_long'],
    [{ text: ' \n ' }, 'text', 'forms.required'],
    [{ html: '<script>x</script>' }, 'text', 'forms.required'],
    [{ text: 'x'.repeat(20_001) }, 'text', 'forms.too_long'],
    [{ text: '{{ nic }}' }, 'text', 'canned-responses.problem.unknown'],
    [{ html: '<p>{{ contact.name</p>' }, 'text', 'canned-responses.problem.liquid'],
    [{ subject: '{% nic %}' }, 'subject', 'canned-responses.problem.liquid'],
  ] as const) {
    const error = await t.throwsAsync(() => createCanned(scope, null, letter(wrong)), { instanceOf: InvalidError });
    t.is(error?.fields[field], key, JSON.stringify(wrong).slice(0, 60));
  }
  t.is((await scope.db('canned_responses')).length, 0);
});

test('templates are listed by name page by page, and found by words of name, folder and text without diacritics', async (t) => {
  const { scope, agentId } = await houseFor(t);
  for (const name of ['Źródło', 'żółw', 'Cennik', 'cennik', 'Adres']) await createCanned(scope, null, letter({ name, folder: 'Łódź' }));
  await createCanned(scope, agentId, letter({ name: 'Moje 100%', text: 'Zażółć gęślą jaźń' }));
  const company = { company: true, agentId: null };
  const names: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await listCanned(scope, company, { q: '', cursor, limit: 2 });
    names.push(...page.items.map(({ name }) => name));
    cursor = page.next;
  }
  t.deepEqual(names, ['Adres', 'Cennik', 'cennik', 'żółw', 'Źródło']);
  const both = { company: true, agentId };
  const found = async (q: string, listed: typeof both | typeof company = both) =>
    (await listCanned(scope, listed, { q, limit: 50 })).items.map(({ name }) => name);
  t.deepEqual(await found('ZAZOLC jazn'), ['Moje 100%']);
  t.deepEqual(await found('zazolc', company), []);
  t.is((await found('lodz')).length, 5);
  t.deepEqual(await found('zolw lodz'), ['żółw']);
  t.deepEqual(await found('100%'), ['Moje 100%']);
  t.deepEqual([await found('1_0'), await found('\\'), await found('brak')], [[], [], []]);
  await t.throwsAsync(() => listCanned(scope, company, { q: '', cursor: 'nonsense', limit: 5 }), { code: 'invalid' });
});

test('the list to choose from puts names before texts and the most used first, and keeps to the channel', async (t) => {
  const { scope, agentId } = await houseFor(t);
  const ids = new Map<string, Awaited<ReturnType<typeof createCanned>>>();
  for (const one of [
    letter({ name: 'Adres', text: 'cena' }),
    letter({ name: 'Cena zimowa' }),
    letter({ name: 'Cena letnia' }),
    letter({ name: 'Nowa cena' }),
    letter({ name: 'Cena w czacie', channel: 'web-chat' }),
  ])
    ids.set(one.name, await createCanned(scope, null, one));
  await transact(scope, (tx) => noteUse(tx, ids.get('Cena zimowa') ?? (0 as never)));
  const names = async (q: string, channel: string | null, who: AgentId = agentId) =>
    (await choicesFor(scope, who, channel, q)).map(({ name }) => name);
  t.deepEqual(await names('cena', 'email'), ['Cena zimowa', 'Cena letnia', 'Nowa cena', 'Adres']);
  t.deepEqual(await names('cena czacie', 'web-chat'), ['Cena w czacie']);
  t.is((await names('', null)).length, 5);
  const [used] = await choicesFor(scope, agentId, 'email', 'zimowa');
  t.deepEqual([used?.usedCount, used?.lastUsedAt], [1, scope.now()]);
});

test('files of a template are counted: ten at most, and ten megabytes together', async (t) => {
  const { scope } = await houseFor(t);
  const id = await createCanned(scope, null, letter(), { added: [file('a'), file('b')], removed: [] });
  const [first] = (await usableCanned(scope, 1 as AgentId, id)).attachments;
  await changeCanned(scope, null, id, letter(), { added: [file('c')], removed: first ? [first.id] : [] });
  const names = async () => (await usableCanned(scope, 1 as AgentId, id)).attachments.map(({ filename }) => filename);
  t.deepEqual(await names(), ['b.pdf', 'c.pdf']);
  const many = Array.from({ length: 9 }, (_, n) => file(String(n)));
  for (const added of [many, [file('d', 10 * 1024 * 1024)]])
    await t.throwsAsync(() => changeCanned(scope, null, id, letter({ name: 'x' }), { added, removed: [] }), { code: 'invalid' });
  t.deepEqual(await names(), ['b.pdf', 'c.pdf']);
  t.is((await usableCanned(scope, 1 as AgentId, id)).name, 'Powitanie');
});
