import type { EmailAddress } from '../lib/email-address.ts';
import type { AgentId } from '../lib/ids.ts';
import { readKeys } from '../lib/keys.ts';
import type { Language } from '../lib/language.ts';
import { readPermissions } from '../lib/permissions.ts';
import type { Agent, AgentStatus, Availability, Ring, Role, Theme } from './types.ts';

export interface AgentRow {
  readonly id: number;
  readonly email: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly password_hash: string | null;
  readonly role: string;
  readonly permissions: string;
  readonly status: string;
  readonly language: string;
  readonly theme: string;
  readonly ring: string;
  readonly keys: string;
  readonly availability: string;
  readonly available_again_at: string | null;
  readonly job_title: string;
  readonly created_at: string;
  readonly last_login_at: string | null;
}

/** Columns for a query that joins agents; `agentFromRow` reads them. */
export const AGENT_COLUMNS = [
  'agents.id',
  'agents.email',
  'agents.first_name',
  'agents.last_name',
  'agents.password_hash',
  'agents.role',
  'agents.permissions',
  'agents.status',
  'agents.language',
  'agents.theme',
  'agents.ring',
  'agents.keys',
  'agents.availability',
  'agents.available_again_at',
  'agents.job_title',
  'agents.created_at',
  'agents.last_login_at',
] as const;

export function agentFromRow(row: AgentRow): Agent {
  return {
    id: row.id as AgentId,
    email: row.email as EmailAddress,
    firstName: row.first_name,
    lastName: row.last_name,
    role: row.role as Role,
    permissions: readPermissions(row.permissions),
    status: row.status as AgentStatus,
    language: row.language as Language,
    theme: row.theme as Theme,
    ring: row.ring as Ring,
    keys: readKeys(row.keys),
    availability: row.availability as Availability,
    availableAgainAt: row.available_again_at,
    jobTitle: row.job_title,
    createdAt: row.created_at,
    lastLoginAt: row.last_login_at,
    hasPassword: row.password_hash !== null,
  };
}
