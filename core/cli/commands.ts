import type { Command } from './command.ts';

/** Every subcommand, in the order in which help shows them. Each is read when it is asked for: all of them together take a second. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  'api-key create': async () => (await import('./api-key.ts')).apiKeyCreate,
  'reset-password': async () => (await import('./reset-password.ts')).resetPassword,
  'inbox create': async () => (await import('./inbox.ts')).inboxCreate,
  'mailbox list': async () => (await import('./mailbox.ts')).mailboxList,
  'mailbox check': async () => (await import('./mailbox.ts')).mailboxCheck,
  import: async () => (await import('./import.ts')).importMail,
  'ledger verify': async () => (await import('./ledger-verify.ts')).ledgerVerify,
  'ledger repair': async () => (await import('./ledger-repair.ts')).ledgerRepair,
  ledger: async () => (await import('./ledger.ts')).ledger,
  deliverability: async () => (await import('./deliverability.ts')).deliverability,
  'counters rebuild': async () => (await import('./counters.ts')).countersRebuild,
  'statistics rebuild': async () => (await import('./statistics.ts')).statisticsRebuild,
  'audit verify': async () => (await import('./audit-verify.ts')).auditVerify,
  'backup list': async () => (await import('./backup-list.ts')).backupList,
  'backup key': async () => (await import('./backup-list.ts')).backupKey,
  'backup target': async () => (await import('./backup-target.ts')).backupTarget,
  'backup try': async () => (await import('./backup-target.ts')).backupTry,
  'backup log': async () => (await import('./backup-log.ts')).backupLog,
  backup: async () => (await import('./backup.ts')).backup,
  restore: async () => (await import('./restore.ts')).restore,
  standby: async () => (await import('./standby.ts')).standby,
  'move-database': async () => (await import('./move-database.ts')).moveDatabase,
  doctor: async () => (await import('./doctor.ts')).doctor,
  'support-bundle': async () => (await import('./support-bundle.ts')).supportBundle,
};

/** The one that a command line begins with; null when there is none. */
export async function commandOf(args: readonly string[]): Promise<Command | null> {
  const name = Object.keys(COMMANDS).find((one) => one.split(' ').every((word, i) => args[i] === word));
  return (await COMMANDS[name ?? '']?.()) ?? null;
}

export const allCommands = (): Promise<readonly Command[]> => Promise.all(Object.values(COMMANDS).map((load) => load()));
