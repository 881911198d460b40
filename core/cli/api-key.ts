import { agentByEmail } from '../agents/list-agents.ts';
import { createApiKey } from '../api-keys/api-keys.ts';
import type { Scope } from '../db/scope.ts';
import { parseEmailAddress } from '../lib/email-address.ts';
import { NotFoundError } from '../lib/errors.ts';

/** `centrala api-key create --name N --agent EMAIL`: the key, to be printed alone on the last line. Throws NotFoundError. */
export async function createKeyFor(
  scope: Scope,
  args: { readonly name: string; readonly agent: string },
): Promise<{ readonly key: string }> {
  const email = parseEmailAddress(args.agent);
  const agent = email === null ? null : await agentByEmail(scope, email);
  if (agent?.status !== 'active') throw new NotFoundError(`An active agent with the e-mail ${args.agent}`);
  const { key } = await createApiKey(scope, agent.id, args.name);
  return { key };
}
