import type { Command } from './command.ts';
import { doctor } from './doctor.ts';
import { inboxCreate } from './inbox.ts';
import { ledger } from './ledger.ts';

/** Every subcommand, in the order in which help shows them. */
export const commands: readonly Command[] = [inboxCreate, ledger, doctor];
