import { type Scope, transact } from '../db/scope.ts';
import { enqueue } from '../jobs/store.ts';
import type { NamedAddress } from '../lib/email-address.ts';
import type { Keyring } from '../lib/secrets.ts';

/** A mail of the machine itself (reset link, invitation): outside any conversation. */
export interface SystemMail {
  readonly to: NamedAddress;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export const SYSTEM_MAIL_JOB = 'system_mail_send';
export const SEAL = 'system-mail';

/** Queues the mail, sealed because it may hold a link that logs in; tried again like any job. False when no inbox can send at all. */
export async function queueSystemMail(scope: Scope, keyring: Keyring, canSend: () => boolean, mail: SystemMail): Promise<boolean> {
  if (!canSend()) return false;
  const sealed = keyring.encrypt(SEAL, JSON.stringify(mail));
  await transact(scope, (tx) => enqueue(tx, [{ kind: SYSTEM_MAIL_JOB, data: { sealed } }]));
  return true;
}
