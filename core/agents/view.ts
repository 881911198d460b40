import type { AgentId } from '../lib/ids.ts';
import { PERMISSIONS } from '../lib/permissions.ts';
import { type Agent, nameOf } from './types.ts';

type Texts = Readonly<Record<string, string>>;

/** One row of Settings → Users. */
export function agentRow(agent: Agent, me: AgentId) {
  const { id, email, role, status, jobTitle, lastLoginAt, hasPassword } = agent;
  const permissions = role === 'agent' ? agent.permissions : [];
  const state = status === 'disabled' ? 'disabled' : hasPassword ? 'active' : 'invited';
  return { id, name: nameOf(agent) || email, email, role, permissions, jobTitle, lastLoginAt, state, isMe: id === me };
}

/** What can be ticked, and whether it is. */
export const permissionChoices = (ticked: unknown) => PERMISSIONS.map((value) => ({ value, isTicked: [ticked].flat().includes(value) }));

export function newView(entered: Texts, errors: Texts) {
  const format = entered['html'] === '' && entered['text'] !== '' ? 'plain' : 'rich';
  const empty = {
    firstName: '',
    lastName: '',
    jobTitle: '',
    email: '',
    role: 'agent',
    language: 'pl',
    access: 'invitation',
    folders: 'all',
    text: '',
    html: '',
  };
  return { values: { ...empty, ...entered, format }, errors };
}

/** His own e-mail, password and role are not changed here but in the profile. */
export function editView(agent: Agent, entered: Texts, errors: Texts, me: AgentId) {
  const { firstName, lastName, jobTitle, email, role, language } = agent;
  return { row: agentRow(agent, me), values: { firstName, lastName, jobTitle, email, role, language, ...entered }, errors };
}
