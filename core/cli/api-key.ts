import { createApiKey } from '../api-keys/api-keys.ts';
import type { Scope } from '../db/scope.ts';
import { activeAgent } from './active-agent.ts';
import { type Command, EXIT } from './command.ts';
import { needed, readOptions } from './options.ts';

/** A new key that acts in the agent's name. Throws NotFoundError when nobody active has this e-mail. */
export async function apiKeyFor(scope: Scope, name: string, agentEmail: string): Promise<string> {
  return (await createApiKey(scope, (await activeAgent(scope, agentEmail)).id, name)).key;
}

export const apiKeyCreate: Command = {
  name: 'api-key create',
  usage: '--name NAME --agent EMAIL',
  summary: 'prints a new key for the REST API once, alone on the last line; it may do what that user may',
  run: async (args, console) => {
    const { values } = readOptions(args, { name: { type: 'string' }, agent: { type: 'string' } });
    const name = needed(values.name, 'name');
    const agent = needed(values.agent, 'agent');
    const { scope } = await console.open();
    console.say(await apiKeyFor(scope, name, agent));
    return EXIT.ok;
  },
};
