import { ensureAdmin } from '../agents/ensure-admin.ts';
import { hasAgents } from '../agents/list-agents.ts';
import { inWords } from '../cli/texts.ts';
import type { Scope } from '../db/scope.ts';
import { InvalidError, SettingError } from '../lib/errors.ts';

/** The administrator of the environment, at first start. Throws SettingError in words when his e-mail or password may not be used. */
export async function firstAdmin(scope: Scope, admin: { readonly email: string; readonly password: string }): Promise<void> {
  try {
    await ensureAdmin(scope, admin);
  } catch (error) {
    // Another process that started at the same moment was first.
    if (await hasAgents(scope)) return;
    if (!(error instanceof InvalidError)) throw error;
    const [[field, problem] = ['email', '']] = Object.entries(inWords(error, '').fields);
    throw new SettingError(`CENTRALA_ADMIN_${field.toUpperCase()} cannot be used.`, problem, error);
  }
}
