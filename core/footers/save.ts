import { letterProblem } from '../canned-responses/variables.ts';
import { ownVariables } from '../company/read.ts';
import { type Scope, transact } from '../db/scope.ts';
import { ConflictError, InvalidError } from '../lib/errors.ts';
import { htmlToText } from '../lib/html-to-text.ts';
import type { AgentId } from '../lib/ids.ts';
import { sanitiseFragment } from '../lib/sanitise-html.ts';
import { storable } from '../lib/text.ts';
import { readSetting, writeSetting } from '../settings/settings.ts';
import { deleteFooter, findFooter, ownersOfFooters, putFooter } from './store.ts';
import { FOOTER_VARIABLES, type FooterOf } from './types.ts';

const OWN = 'footers.agents_may_edit';
const MAX_CHARS = { text: 4_000, html: 20_000 } as const;

/** The footer as it was written; null = none. */
export const footerOf = findFooter;

/** Whose there are. */
export const listFooterOwners = ownersOfFooters;

/** Whether agents who are no administrators may write their own. */
export const mayAgentsEdit = async (scope: Scope): Promise<boolean> => (await readSetting(scope, OWN)) === 'yes';

export async function letAgentsEdit(scope: Scope, may: boolean): Promise<void> {
  await transact(scope, (tx) => writeSetting(tx, OWN, may ? 'yes' : 'no'));
}

/** Keeps what stands below the answers of an agent or an inbox; an empty text removes it. Raises invalid. */
export async function saveFooter(scope: Scope, of: FooterOf, written: { readonly text: string; readonly html: string }): Promise<void> {
  const html = written.html === '' ? null : sanitiseFragment(storable(written.html));
  const text = (html === null ? storable(written.text).replaceAll('\r\n', '\n') : htmlToText(html)).trim();
  if (text.length > MAX_CHARS.text || (html?.length ?? 0) > MAX_CHARS.html) throw new InvalidError({ text: 'forms.too_long' });
  const problem = letterProblem(html ?? text, html === null ? 'text' : 'html', [
    ...FOOTER_VARIABLES,
    ...(await ownVariables(scope)).keys(),
  ]);
  if (problem) throw new InvalidError({ text: `canned-responses.problem.${problem}` });
  await transact(scope, async (tx) => {
    if (text === '') await deleteFooter(tx, of);
    else await putFooter(tx, of, { text, html });
    tx.emit({ type: 'settings.changed', data: { key: 'footers' } });
  });
}

/** The same for an agent's own. Raises footer_fixed unless he is an administrator or agents may. */
export async function saveOwnFooter(
  scope: Scope,
  agent: { readonly id: AgentId; readonly role: string },
  written: { readonly text: string; readonly html: string },
): Promise<void> {
  if (agent.role !== 'administrator' && !(await mayAgentsEdit(scope)))
    throw new ConflictError('footer_fixed', 'An administrator sets the footer', 'Ask one to change it, or to let agents write their own.');
  await saveFooter(scope, { agentId: agent.id }, written);
}
