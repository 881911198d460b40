import type { Scope, WriteScope } from '../db/scope.ts';
import type { CompanyVariableId } from '../lib/ids.ts';
import { type CompanyVariable, MAX_OWN, type Use } from './types.ts';

export async function findOwn({ db }: Scope): Promise<readonly CompanyVariable[]> {
  return db('company_variables').orderBy('name').limit(MAX_OWN).select('id', 'name', 'label', 'value');
}

/** False when there is one of that name. */
export async function insertOwn({ db }: WriteScope, one: Omit<CompanyVariable, 'id'>): Promise<boolean> {
  const rows = await db('company_variables').insert(one).onConflict('name').ignore().returning('id');
  return rows.length > 0;
}

export async function updateOwn({ db }: WriteScope, { id, label, value }: CompanyVariable): Promise<void> {
  await db('company_variables').where({ id }).update({ label, value });
}

export async function deleteOwn({ db }: WriteScope, id: CompanyVariableId): Promise<void> {
  await db('company_variables').where({ id }).delete();
}

interface Letter {
  readonly use: Use;
  readonly texts: readonly string[];
}
interface LetterRow {
  id: number;
  owner: number | null;
  name: string;
  subject: string | null;
  text: string;
  html: string | null;
}

/** Letters in which these words stand somewhere, at most 1,000 of each kind; whether they name a variable is for the caller to see. */
export async function findLettersWith({ db }: Scope, words: string): Promise<readonly Letter[]> {
  const part = `%${words}%`;
  const canned: LetterRow[] = await db('canned_responses')
    .where((where) => where.whereLike('text', part).orWhereLike('html', part).orWhereLike('subject', part))
    .orderBy('id')
    .limit(1_000)
    .select('id', 'owner_id as owner', 'name', 'subject', 'text', 'html');
  const footers: (LetterRow & { first: string | null; last: string | null; inbox_id: number | null })[] = await db('footers')
    .leftJoin('agents', 'agents.id', 'footers.agent_id')
    .leftJoin('inboxes', 'inboxes.id', 'footers.inbox_id')
    .where((where) => where.whereLike('footers.text', part).orWhereLike('footers.html', part))
    .orderBy('footers.id')
    .limit(1_000)
    .select(
      'agents.first_name as first',
      'agents.last_name as last',
      'inboxes.name as name',
      'footers.agent_id as id',
      'footers.inbox_id',
      'footers.text',
      'footers.html',
    );
  const confirmations: LetterRow[] = await db('acknowledgements')
    .join('inboxes', 'inboxes.id', 'acknowledgements.inbox_id')
    .where((where) => where.whereLike('acknowledgements.text', part).orWhereLike('acknowledgements.subject', part))
    .orderBy('inboxes.id')
    .limit(1_000)
    .select('inboxes.id', 'inboxes.name', 'acknowledgements.subject', 'acknowledgements.text');
  const texts = ({ subject, text, html }: LetterRow): readonly string[] => [subject ?? '', text, html ?? ''];
  return [
    ...canned.map((row): Letter => {
      const isOwn = row.owner !== null;
      const href = isOwn ? null : `/canned-responses/company/${row.id}`;
      return { use: { kind: isOwn ? 'own_canned_response' : 'canned_response', name: row.name, href }, texts: texts(row) };
    }),
    ...footers.map((row): Letter => {
      const use: Use =
        row.inbox_id === null
          ? { kind: 'agent_footer', name: `${row.first} ${row.last}`.trim(), href: `/footers/agents/${row.id}` }
          : { kind: 'inbox_footer', name: row.name, href: `/footers/inboxes/${row.inbox_id}` };
      return { use, texts: texts(row) };
    }),
    ...confirmations.map(
      (row): Letter => ({ use: { kind: 'acknowledgement', name: row.name, href: `/acknowledgements/${row.id}` }, texts: texts(row) }),
    ),
  ];
}
