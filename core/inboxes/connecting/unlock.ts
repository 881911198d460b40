import { timingSafeEqual } from 'node:crypto';
import { type Scope, transact } from '../../db/scope.ts';
import { lockedFoldersOf, unlockPersonal } from '../../folders/personal.ts';
import { ConflictError, InvalidError, NotFoundError } from '../../lib/errors.ts';
import type { AgentId, FolderId } from '../../lib/ids.ts';
import { CheckFailedError } from '../../plugins/check-failed.ts';
import { type InboxDeps, storedSettings, updateInbox } from '../change.ts';
import type { InboxRecord } from '../types.ts';
import { stepsOf } from './begin.ts';

/** Raises personal_locked while a personal mailbox of his waits to be opened: until then nothing of them is changed or shown. */
export async function expectUnlocked(scope: Scope, ownerId: AgentId): Promise<void> {
  if ((await lockedFoldersOf(scope, ownerId)).length === 0) return;
  throw new ConflictError('personal_locked', 'Your personal mailbox is closed', 'Open it with its password first.');
}

/**
 * Opens a personal mailbox for whoever knows its password: the one that is stored, or a newer one that its own servers take, which is
 * stored then. Raises invalid.
 */
export async function unlockMailbox(scope: Scope, deps: InboxDeps, record: InboxRecord, password: string): Promise<void> {
  const { ownerId, folderId } = record;
  if (!ownerId || !folderId || !(await isLocked(scope, ownerId, folderId))) throw new NotFoundError('Mailbox');
  const plugin = deps.plugins.channel(record.channel);
  const key = stepsOf(plugin).fields.first.find((one) =>
    plugin?.manifest.settings.some((field) => field.key === one && field.type === 'secret'),
  );
  const stored = storedSettings(deps, record);
  const known = key === undefined ? undefined : stored[key];
  if (key === undefined || typeof known !== 'string' || known === '' || password === '')
    throw new InvalidError({ password: 'mailboxes.locked.wrong' });
  // With a log-in at the provider its servers take any password.
  const grantKey = plugin?.connecting?.grantKey;
  if (grantKey !== undefined && stored[grantKey]) throw new InvalidError({ password: 'mailboxes.locked.wrong' });
  if (!isSame(known, password)) await tryNew(scope, deps, record, { ...stored, [key]: password });
  await transact(scope, (tx) => unlockPersonal(tx, ownerId, folderId));
}

/** The same for an account that is logged in to at its provider, after somebody did: when its server takes that for this very account. */
export async function unlockByLogIn(scope: Scope, deps: InboxDeps, record: InboxRecord): Promise<void> {
  const { id, ownerId, folderId, channel } = record;
  if (!ownerId || !folderId || !(await isLocked(scope, ownerId, folderId))) return;
  const inbox = deps.directory.typed(id);
  const plugin = deps.plugins.channel(channel);
  if (!inbox || !plugin) return;
  const result = await plugin.check(inbox, AbortSignal.timeout(CHECK_TIMEOUT_MS), deps.means(channel));
  if (result.ok) await transact(scope, (tx) => unlockPersonal(tx, ownerId, folderId));
}

const CHECK_TIMEOUT_MS = 20_000;

const isLocked = async (scope: Scope, ownerId: AgentId, folderId: FolderId): Promise<boolean> =>
  (await lockedFoldersOf(scope, ownerId)).includes(folderId);

const isSame = (a: string, b: string): boolean => {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
};

async function tryNew(scope: Scope, deps: InboxDeps, { id, name, address }: InboxRecord, settings: Record<string, unknown>): Promise<void> {
  try {
    await updateInbox(scope, deps, id, { name, address, settings });
  } catch (error) {
    if (error instanceof CheckFailedError) throw new InvalidError({ password: 'mailboxes.locked.wrong' });
    throw error;
  }
}
