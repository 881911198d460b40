import type { Translate } from '../http/context.ts';
import { snippet } from '../lib/text.ts';
import type { CannedResponse, CannedScope } from './types.ts';
import { LETTER_VARIABLES, markOf } from './variables.ts';

/** What stands in a letter where nothing is known, in the words of who reads it. */
export function blankIn(t: Translate, own: ReadonlyMap<string, string>): (name: string) => string {
  const known: readonly string[] = LETTER_VARIABLES;
  return (name) => markOf(known.includes(name) ? t(`canned-responses.variable.${name}`) : (own.get(name) ?? name));
}

/** The variables as a person writes them, with what they stand for; `own` are those of this company alone. */
export const variableViews = (t: Translate, own: ReadonlyMap<string, string>, names: readonly string[] = LETTER_VARIABLES) => [
  ...names.map((name) => ({ code: `{{ ${name} }}`, text: t(`canned-responses.variable.${name}`) })),
  ...[...own].map(([name, label]) => ({ code: `{{ ${name} }}`, text: label })),
];

/** One line of the list to choose from. */
export const choiceView = ({ id, ownerId, teamId, name, folder, text, attachments, actions }: CannedResponse) => ({
  id,
  name,
  folder,
  isMine: ownerId !== null,
  isOfTeam: teamId !== null,
  words: snippet(text.replace(/\{%[\s\S]*?%\}/g, '').replace(/\{\{[\s\S]*?\}\}/g, '…'), 110),
  files: attachments.length,
  isMacro: actions !== null,
});

/** One row of the list in the settings. */
export const rowView = (one: CannedResponse, scope: CannedScope, teams: ReadonlyMap<number, string>) => ({
  ...choiceView(one),
  href: `/canned-responses/${scope}/${one.id}`,
  team: one.teamId === null ? '' : (teams.get(one.teamId) ?? ''),
  channel: one.channel,
  usedCount: one.usedCount,
  lastUsedAt: one.lastUsedAt,
});

/** What the form holds; `typed` stands above what is stored. */
export function formView(one: CannedResponse | null, typed: Readonly<Record<string, string>>) {
  const { name = '', folder = '', subject = '', text = '' } = one ?? {};
  const values = {
    name,
    folder,
    subject,
    text,
    html: one?.html ?? '',
    channel: one?.channel ?? '',
    teamId: String(one?.teamId ?? ''),
    ...typed,
  };
  return { ...values, format: one !== null && values.html === '' && values.text !== '' ? 'plain' : 'rich' };
}
