import { listAgents } from '../../agents/list-agents.ts';
import type { Scope } from '../../db/scope.ts';
import { listInboxes } from '../../inboxes/list.ts';
import { isOpenTo } from '../../inboxes/types.ts';
import { listLabels } from '../../labels/list.ts';
import { InvalidError } from '../../lib/errors.ts';
import type { AgentId, TeamId } from '../../lib/ids.ts';
import { type Clause, clausesOf } from '../../search/clauses.ts';
import { startOf } from '../../search/days.ts';
import type { Dates } from '../../search/find.ts';
import { ATTACHED, inOrder, isTerm, type Terms, termsOf } from '../../search/terms.ts';
import { readGeneral } from '../../settings/general.ts';
import { listTeams, teamsOf } from '../../teams/list.ts';
import type { Condition } from './condition.ts';

/** What a search asks for: of messages, and of their conversations. */
export interface Asked {
  /** Null = the conversations are not looked for by messages. */
  readonly terms: Terms | null;
  readonly dates: Dates;
  readonly conditions: readonly Condition[];
}

const WHENEVER: Dates = { after: null, before: null };

/** Reads a search. Raises invalid with a locale key for `q` where a value is not understood. */
export async function readAsked(scope: Scope, q: string): Promise<Asked> {
  const clauses = clausesOf(q);
  if (clauses.some(({ operator, value }) => operator !== null && value.trim() === '')) throw wrong('empty');
  const termClauses = clauses.filter(isTerm);
  const terms = termsOf(termClauses);
  const dates = await datesOf(scope, clauses);
  const isByTerms = termClauses.length > 0;
  const conditions: Condition[] = [];
  let [withFile, withoutFile] = [false, false];
  for (const clause of clauses) {
    if (clause.operator === 'has') {
      if (!FILES.has(keyOf(clause.value))) throw wrong('has');
      if (!isByTerms) conditions.push({ kind: 'attachment', isNot: clause.isNot });
      else if (clause.isNot) withoutFile = true;
      else withFile = true;
    } else conditions.push(...(await conditionsOf(scope, clause)));
  }
  if (!isByTerms) {
    const isBounded = dates.after !== null || dates.before !== null;
    return {
      terms: null,
      dates: WHENEVER,
      conditions: isBounded ? [...conditions, { kind: 'written', isNot: false, ...dates }] : conditions,
    };
  }
  for (const { kind, isNot } of conditions) if ((kind === 'spam' || kind === 'trash') && !isNot) throw wrong(kind);
  const words = withFile ? [ATTACHED, ...terms.words] : terms.words;
  if (words.length === 0 && terms.without.length > 0) throw wrong('only_not');
  return { terms: { ...terms, words, without: withoutFile ? [...terms.without, [ATTACHED]] : terms.without }, dates, conditions };
}

const wrong = (
  what: 'empty' | 'has' | 'spam' | 'trash' | 'only_not' | 'date' | 'is' | 'label' | 'inbox' | 'assigned' | 'not_date',
): InvalidError => new InvalidError({ q: `search.wrong.${what}` });

const FILES = new Set(['attachment', 'attachments', 'file', 'zalacznik', 'zalaczniki', 'plik']);

async function datesOf(scope: Scope, clauses: readonly Clause[]): Promise<Dates> {
  let { after, before } = WHENEVER;
  if (!clauses.some(({ operator }) => operator === 'before' || operator === 'after')) return WHENEVER;
  const { timeZone } = await readGeneral(scope);
  for (const { operator, value, isNot } of clauses) {
    if (operator !== 'before' && operator !== 'after') continue;
    if (isNot) throw wrong('not_date');
    const at = startOf(value, scope.now(), timeZone);
    if (at === null) throw wrong('date');
    if (operator === 'before') before = before && before < at ? before : at;
    else after = after && after > at ? after : at;
  }
  return { after, before };
}

async function conditionsOf(scope: Scope, { operator, value, isNot }: Clause): Promise<readonly Condition[]> {
  const key = keyOf(value);
  switch (operator) {
    case 'is':
      return [stateOf(key, isNot, viewerOf(scope))];
    case 'label':
    case 'contact_label': {
      const ids = named(key, await listLabels(scope), ({ name }) => [name]).map(({ id }) => id);
      if (ids.length === 0) throw wrong('label');
      return [{ kind: operator, ids, isNot }];
    }
    case 'inbox': {
      const ids = named(
        key,
        (await listInboxes(scope)).filter((one) => isOpenTo(one, viewerOf(scope))),
        ({ name, address }) => [name, address],
      ).map(({ id }) => id);
      if (ids.length === 0) throw wrong('inbox');
      return [{ kind: 'inbox', ids, isNot }];
    }
    case 'assigned':
      return [{ kind: 'assignee', ...(await holdersOf(scope, key)), isNot }];
    default:
      return [];
  }
}

/** A name of signs alone is its own key. */
const keyOf = (text: string): string => inOrder(text) || text.trim();

/** What is called exactly so; where nothing is, what has these words in its name. */
function named<T>(key: string, all: readonly T[], namesOf: (one: T) => readonly string[]): readonly T[] {
  const exact = all.filter((one) => namesOf(one).some((name) => keyOf(name) === key));
  return exact.length > 0 ? exact : all.filter((one) => namesOf(one).some((name) => keyOf(name).includes(key)));
}

const ME = new Set(['me', 'ja', 'mnie', 'mi']);
const NOBODY = new Set(['none', 'nobody', 'nikt', 'nikomu', 'brak']);

const OWN_TEAMS = new Set(['my team', 'my teams', 'mój zespół', 'moje zespoły', 'moich zespołów'].map(keyOf));

interface Holders {
  readonly ids: readonly AgentId[] | null;
  readonly teamIds?: readonly TeamId[];
}

/** People and teams of that name: what is called exactly so, whichever it is. */
async function holdersOf(scope: Scope, key: string): Promise<Holders> {
  if (NOBODY.has(key)) return { ids: null };
  const viewer = viewerOf(scope);
  if (ME.has(key) && viewer !== null) return { ids: [viewer] };
  if (OWN_TEAMS.has(key) && viewer !== null) return { ids: [], teamIds: (await teamsOf(scope, [viewer])).get(viewer) ?? [] };
  const people = (await listAgents(scope)).map(({ id, firstName, lastName, email }) => ({
    names: [`${firstName} ${lastName}`, email],
    id,
  }));
  const teams = (await listTeams(scope)).map(({ id, name }) => ({ names: [name], teamId: id }));
  const found = named(key, [...people, ...teams], ({ names }) => names);
  if (found.length === 0) throw wrong('assigned');
  const ids = found.flatMap((one) => ('id' in one ? [one.id] : []));
  const teamIds = found.flatMap((one) => ('teamId' in one ? [one.teamId] : []));
  return teamIds.length > 0 ? { ids, teamIds } : { ids };
}

/** The agent who looks; null for the machine itself. */
export const viewerOf = (scope: Scope): AgentId | null => (scope.actor.kind === 'agent' ? scope.actor.id : null);

const STATES: Readonly<Record<string, 'open' | 'closed' | 'snoozed' | 'spam' | 'trash' | 'unread' | 'unassigned' | 'unanswered'>> = {
  ...{ open: 'open', otwarta: 'open', otwarte: 'open' },
  ...{ closed: 'closed', zamknieta: 'closed', zamkniete: 'closed' },
  ...{ snoozed: 'snoozed', odlozona: 'snoozed', odlozone: 'snoozed' },
  ...{ spam: 'spam' },
  ...{ deleted: 'trash', trash: 'trash', usunieta: 'trash', usuniete: 'trash', kosz: 'trash' },
  ...{ unread: 'unread', nieprzeczytana: 'unread', nieprzeczytane: 'unread' },
  ...{ unassigned: 'unassigned', nieprzypisana: 'unassigned', nieprzypisane: 'unassigned' },
  ...{ unanswered: 'unanswered', nieodpisana: 'unanswered', nieodpisane: 'unanswered', 'bez odpowiedzi': 'unanswered' },
};

function stateOf(key: string, isNot: boolean, viewer: AgentId | null): Condition {
  const state = Object.hasOwn(STATES, key) ? STATES[key] : undefined;
  switch (state) {
    case undefined:
      throw wrong('is');
    case 'spam':
    case 'trash':
    case 'unanswered':
      return { kind: state, isNot };
    case 'unassigned':
      return { kind: 'assignee', ids: null, isNot };
    case 'unread':
      if (viewer === null) throw wrong('is');
      return { kind: 'unread', viewer, isNot };
    default:
      return { kind: 'status', status: state, isNot };
  }
}
