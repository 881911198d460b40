import { type Agent, nameOf } from '../agents/types.ts';
import type { Team } from './types.ts';

/** Teams as the settings list them. `isIdle` = nobody who can log in is in it. */
export function teamRows(teams: readonly Team[], agents: readonly Agent[]) {
  const known = new Map(agents.map((agent) => [agent.id, agent]));
  return teams.map(({ id, name, memberIds }, at) => {
    const members = memberIds.flatMap((one) => known.get(one) ?? []).filter(({ status }) => status === 'active');
    return {
      ...{ id, name, place: at + 1, isFirst: at === 0, isLast: at === teams.length - 1, isIdle: members.length === 0 },
      members: members.map((agent) => nameOf(agent) || agent.email).join(', '),
    };
  });
}

/** Everybody who can be ticked: people who can log in, and the disabled who are in the team. */
export const memberChoices = (agents: readonly Agent[], ids: ReadonlySet<number>) =>
  agents
    .filter((agent) => agent.status === 'active' || ids.has(agent.id))
    .map((agent) => ({
      ...{ value: agent.id, text: nameOf(agent) || agent.email, isTicked: ids.has(agent.id), isDisabled: agent.status !== 'active' },
    }));

const MOST_NAMED = 5;

/** Their names, so many as a short notice holds. */
export const namesOf = (all: readonly { readonly name: string }[]): string => {
  const names = all.slice(0, MOST_NAMED).map(({ name }) => name);
  return names.join(', ') + (all.length > names.length ? ' …' : '');
};
