import type { Command } from './command.ts';
import { doctor } from './doctor.ts';
import { inboxCreate } from './inbox.ts';

/** Every subcommand, in the order in which help shows them. */
export const commands: readonly Command[] = [inboxCreate, doctor];
