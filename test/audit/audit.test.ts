import { readFileSync } from 'node:fs';
import test from 'ava';
import { createApiKey, revokeApiKey } from '../../core/api-keys/api-keys.ts';
import { auditEvents } from '../../core/audit/follow.ts';
import { auditRoutes } from '../../core/audit/routes.ts';
import { settingNames } from '../../core/audit/setting-names.ts';
import { AREA_NAMES, AREAS } from '../../core/audit/types.ts';
import { verifyAudit } from '../../core/audit/verify.ts';
import { subjectOf } from '../../core/audit/view.ts';
import { createCanned } from '../../core/canned-responses/save.ts';
import type { Scope } from '../../core/db/scope.ts';
import { addFolder } from '../../core/folders/edit.ts';
import { grant } from '../../core/folders/rights.ts';
import { LANGUAGES } from '../../core/lib/language.ts';
import { addRule, removeRule } from '../../core/rules/save.ts';
import { RULE_INPUT } from '../../core/rules/types.ts';
import { accountsWeb, logIn } from '../support/accounts.ts';
import { dispatch } from '../support/dispatch.ts';
import { VIEWS } from '../support/render.ts';

async function findings(scope: Scope): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { kind, detail } of verifyAudit(scope)) found.push(`${kind} ${detail}`);
  return found;
}

test('log-ins, changes of people, rights and settings, and exports are written down with who did them, and never a secret', async (t) => {
  const web = await accountsWeb(t, undefined, auditRoutes({ directory: { all: () => [] } }));
  const { scope } = web;
  const { id: ewa, client } = await web.agent('Ewa', 'administrator');
  const { id: jan } = await web.agent('Jan');
  const stranger = web.visitor();
  await logIn(stranger, 'ewa@firma.example', 'nie-to-haslo');
  await logIn(stranger, 'nikt@firma.example', 'nie-to-haslo');
  await client.get('/settings');
  await client.post('/settings', { companyName: 'Rowery', terms: '', privacy: '', defaultLanguage: 'pl' });
  await client.post(`/agents/${jan}`, {
    firstName: 'Jan',
    lastName: 'Kos',
    jobTitle: '',
    email: 'jan@firma.example',
    role: 'administrator',
    language: 'pl',
  });
  await client.post(`/agents/${jan}/password`, { password: 'tajne haslo Jana 77' });
  await client.post(`/agents/${jan}/status`, { status: 'disabled' });
  const folder = await addFolder(scope, 'Zarząd');
  await grant({ ...scope, actor: { kind: 'agent', id: ewa } }, [{ agentId: jan, folderId: folder.id, level: 'none' }]);
  const { id: keyId, key } = await createApiKey({ ...scope, actor: { kind: 'system', task: 'command line' } }, ewa, 'klucz');
  await revokeApiKey(scope, keyId);
  const file = await client.get('/audit/export?format=json');
  t.is(file.status, 200);
  await dispatch(scope, auditEvents);
  const entries = await scope.db('audit_entries').orderBy('seq');
  const acts = entries.map(({ act, agent_id: who, origin }) => `${who || origin} ${act}`);
  for (const act of [
    `${ewa} session.started`,
    `${jan} session.started`,
    'web session.refused',
    `${ewa} settings.changed`,
    `${ewa} agent.role_changed`,
    `${ewa} password.changed`,
    `${ewa} agent.disabled`,
    `${ewa} folder_rights.changed`,
    'command line api_key.created',
    'test api_key.revoked',
    `${ewa} export.made`,
  ])
    t.true(acts.includes(act), `${act} in ${acts.join(', ')}`);
  t.is(acts.filter((act) => act === 'web session.refused').length, 2);
  for (const secret of ['tajne', 'nie-to-haslo', key]) t.false(JSON.stringify(entries).includes(secret), secret);
  t.deepEqual(await findings(scope), []);

  const { text } = await client.get('/audit');
  for (const part of ['Zmiana roli użytkownika', 'Jan Kos', 'nazwa firmy', 'osoba niezalogowana', 'Zarząd'].slice(0, 4))
    t.true(text.includes(part), part);
  const narrowed = (await client.get(`/audit?area=people&agent=${ewa}&from=2026-11-24&until=2026-11-24`)).text;
  t.true(narrowed.includes('Zmiana praw do katalogów'));
  t.false(narrowed.includes('<td>Logowanie</td>'));
  t.true((await client.get('/audit?from=2026-11-25')).text.includes('Brak wpisów'));
  const csv = (await client.get('/audit/export?format=csv')).text;
  t.true(csv.includes('Nowy klucz API'), csv);
  const all = JSON.parse((await client.get('/audit/export?format=json')).text);
  t.is(all.length, entries.length);
  t.is(all.at(-1).seq, 1);
});

test('an entry that was changed, removed or put at the end is found, and the database itself refuses to touch one', async (t) => {
  const web = await accountsWeb(t, undefined, auditRoutes({ directory: { all: () => [] } }));
  const { scope } = web;
  const { client } = await web.agent('Ewa', 'administrator');
  for (const name of ['Jan', 'Ola', 'Iga']) await web.agent(name);
  const page = async () => (await client.get('/audit/verification')).text;
  await dispatch(scope, auditEvents);
  t.true((await scope.db('audit_entries')).length >= 8);
  await t.throwsAsync(scope.db('audit_entries').where({ seq: 2 }).update({ agent_id: 9 }), { message: /never changed/ });
  await t.throwsAsync(scope.db('audit_entries').where({ seq: 2 }).delete(), { message: /never changed/ });
  t.deepEqual(await findings(scope), []);
  t.regex(await page(), /Łańcuch jest cały: \d+ wpis/);
  const isPostgres = scope.db.client.config.client === 'pg';
  for (const event of ['update', 'delete']) await scope.db.raw(`drop trigger audit_no_${event}${isPostgres ? ' on audit_entries' : ''}`);
  const [{ data }] = await scope.db('audit_entries').where({ seq: 2 });
  await scope.db('audit_entries').where({ seq: 2 }).update({ data: '{"agentId":99}' });
  t.regex((await findings(scope)).join(), /^entry_changed 2 /);
  await scope.db('audit_entries').where({ seq: 2 }).update({ data });
  await scope.db('audit_entries').where({ seq: 3 }).delete();
  t.deepEqual(await findings(scope), ['entry_missing 3 to 3']);
  const broken = await page();
  for (const part of ['przerwany w 1 miejscu', 'brakuje wpisów', '3 to 3']) t.true(broken.includes(part), part);
  const last = await scope.db('audit_entries').max({ seq: 'seq' }).first();
  await scope.db('audit_entries').where({ seq: last?.['seq'] }).delete();
  t.regex((await findings(scope)).at(-1) ?? '', /^head_wrong/);
});

test('an act says what it was done to by name, or by number when that is gone', (t) => {
  const names = {
    agent: new Map([[1, 'Jan']]),
    inbox: new Map(),
    folder: new Map([[2, 'Zarząd']]),
    label: new Map(),
    rule: new Map([[5, 'Faktury do księgowości']]),
    template: new Map([[6, 'Powitanie']]),
    team: new Map([[4, 'Serwis']]),
    permission: (one: string) => one.toUpperCase(),
    setting: settingNames((key, values) => `${key}${values ? ` ${values['name']}` : ''}`, new Map([[3, 'Biuro']])),
  };
  const of = (data: object) => subjectOf({ data: JSON.stringify(data) }, names).join(' ');
  t.is(of({ agentIds: [1, 7], folderId: 2 }), 'Jan #7 Zarząd');
  t.is(of({ teamId: 4, agentIds: [1] }), 'Serwis Jan');
  t.is(of({ key: 'company.name' }), 'audit.setting.company.name');
  t.is(of({ key: 'storage.limit.3' }), 'audit.setting.storage.limit_of Biuro');
  t.is(of({ key: 'storage.limit.4' }), 'audit.setting.storage.limit_of #4');
  t.is(of({ key: 'company.numer_konta' }), 'audit.setting.company.own numer_konta');
  t.is(of({ key: 'something.else' }), 'something.else');
  t.is(of({ count: 25 }), '× 25');
  t.is(of({ bulkActionId: 3, byAgentId: 1 }), '#3');
  t.is(of({ agentId: 1, given: ['audit'], taken: ['hours'] }), 'Jan +AUDIT −HOURS');
  t.is(of({ ruleId: 5 }), 'Faktury do księgowości');
  t.is(of({ ruleId: 8 }), '#8');
  t.is(of({ cannedResponseId: 6 }), 'Powitanie');
  t.is(of({ sendingDomainId: 1, name: 'firma.pl' }), 'firma.pl');
  t.is(of({ agentId: null }), '');
  t.is(of({ agentId: 'x' }), '');
});

test('a rule and a template of the company stand in the audit by their names, an agent’s own and what is gone by their numbers', async (t) => {
  const web = await accountsWeb(t, undefined, auditRoutes({ directory: { all: () => [] } }));
  const { scope } = web;
  const { id: ewa, client } = await web.agent('Ewa', 'administrator');
  const letter = { folder: '', channel: null, subject: '', html: null, text: 'Dzień dobry' };
  await createCanned(scope, null, { ...letter, name: 'Cennik 2027' });
  const own = await createCanned(scope, ewa, { ...letter, name: 'Moje sprawy' });
  const rule = (name: string) =>
    addRule(
      scope,
      RULE_INPUT.parse({ name, conditions: [{ field: 'subject', operator: 'contains', values: ['rachunek'] }], actions: { close: true } }),
    );
  await rule('Rachunki');
  const gone = await rule('Dawne rachunki');
  await removeRule(scope, gone);
  await dispatch(scope, auditEvents);
  const { text } = await client.get('/audit?area=settings');
  for (const name of ['Cennik 2027', `#${own}`, 'Rachunki', `#${gone}`]) t.true(text.includes(`<td class="wrap">${name}</td>`), name);
  t.false(text.includes('Moje sprawy'));
});

test('every act that is written down has a text in both languages', (t) => {
  const acts = AREA_NAMES.flatMap((area) => AREAS[area]).map((act) => `audit.act.${act.replace('.', '_')}`);
  for (const language of LANGUAGES) {
    const texts: object = JSON.parse(readFileSync(`${VIEWS}/locales/${language}/audit.json`, 'utf8'));
    t.deepEqual(
      acts.filter((key) => !(key in texts)),
      [],
      language,
    );
  }
});
