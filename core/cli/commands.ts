import { apiKeyCreate } from './api-key.ts';
import { auditVerify } from './audit-verify.ts';
import { backup } from './backup.ts';
import { backupKey, backupList } from './backup-list.ts';
import { backupLog } from './backup-log.ts';
import { backupTarget, backupTry } from './backup-target.ts';
import type { Command } from './command.ts';
import { deliverability } from './deliverability.ts';
import { doctor } from './doctor.ts';
import { importMail } from './import.ts';
import { inboxCreate } from './inbox.ts';
import { ledger } from './ledger.ts';
import { ledgerVerify } from './ledger-verify.ts';
import { mailboxCheck, mailboxList } from './mailbox.ts';
import { moveDatabase } from './move-database.ts';
import { resetPassword } from './reset-password.ts';
import { restore } from './restore.ts';
import { statisticsRebuild } from './statistics.ts';
import { supportBundle } from './support-bundle.ts';

/** Every subcommand, in the order in which help shows them. */
export const commands: readonly Command[] = [
  apiKeyCreate,
  resetPassword,
  inboxCreate,
  mailboxList,
  mailboxCheck,
  importMail,
  ledgerVerify,
  ledger,
  deliverability,
  statisticsRebuild,
  auditVerify,
  backupList,
  backupKey,
  backupTarget,
  backupTry,
  backupLog,
  backup,
  restore,
  moveDatabase,
  doctor,
  supportBundle,
];
