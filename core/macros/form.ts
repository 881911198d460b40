import { z } from 'zod';
import { MACRO, type MacroActions, orNothing } from '../canned-responses/actions.ts';
import type { Translate } from '../http/context.ts';
import { InvalidError } from '../lib/errors.ts';
import { parseId } from '../lib/ids.ts';
import type { MacroNames } from './names.ts';

const text = z.string().max(200).catch('');
const FORM = z.object({
  labelIds: z
    .union([z.string().transform((one) => [one]), z.array(z.string())])
    .catch([])
    .transform((all) => all.flatMap((one) => parseId(one) ?? [])),
  assignee: text,
  state: z.enum(['', 'close', 'snooze']).catch(''),
  snoozeDays: text,
  macroFolderId: text,
});

/** What the form of a template says is done beside sending; null = nothing. Raises invalid. */
export function readMacro(form: unknown): MacroActions | null {
  const { labelIds, assignee, state, snoozeDays, macroFolderId } = FORM.parse(form);
  const parsed = MACRO.safeParse({
    labelIds,
    assignee: assignee === 'me' ? assignee : parseId(assignee),
    teamId: assignee.startsWith(TEAM) ? parseId(assignee.slice(TEAM.length)) : null,
    close: state === 'close',
    snoozeDays: state === 'snooze' ? Number(snoozeDays) : null,
    folderId: parseId(macroFolderId),
  });
  if (!parsed.success) throw new InvalidError({ [String(parsed.error.issues[0]?.path[0] ?? 'state')]: 'forms.wrong' });
  return orNothing(parsed.data);
}

/** How a team is told from a person in one field. */
const TEAM = 'team-';

const choices = (among: ReadonlyMap<number, string>) => [...among].map(([value, name]) => ({ value, text: name }));

/** The fields of that form with what they offer. */
export function macroForm(t: Translate, actions: MacroActions | null, names: MacroNames) {
  const { labelIds = [], assignee = '', teamId = null, close = false, snoozeDays = null, folderId = '' } = actions ?? {};
  return {
    labels: choices(names.labels),
    agents: [
      { value: 'me', text: t('macros.me') },
      ...[...names.teams].map(([id, name]) => ({ value: `${TEAM}${id}`, text: t('macros.team', { name }) })),
      ...choices(names.agents),
    ],
    folders: choices(names.folders),
    values: {
      labelIds,
      assignee: teamId === null ? (assignee ?? '') : `${TEAM}${teamId}`,
      state: close ? 'close' : snoozeDays === null ? '' : 'snooze',
      snoozeDays: snoozeDays ?? '',
      folderId,
    },
    isOpen: actions !== null,
  };
}
