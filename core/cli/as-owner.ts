import { statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * Lets a command that root runs work as the user whose data it is: what root makes in the data folder or among the backups the product, which is
 * that user, could neither read nor write. Answers who that is, or null when nothing changed.
 */
export function becomeOwnerOf(dataDir: string): string | null {
  if (process.getuid?.() !== 0) return null;
  const owner = ownerOf(dataDir);
  if (owner === null || owner.uid === 0) return null;
  try {
    process.setgroups?.([owner.gid]);
    process.setgid?.(owner.gid);
    process.setuid?.(owner.uid);
  } catch {
    // A container without these rights: its root goes on as before.
    return null;
  }
  return nameOfUser() ?? String(owner.uid);
}

/** Whoever runs the product made `running.lock`; before it ever ran, the folder is what tells. */
function ownerOf(dataDir: string): { readonly uid: number; readonly gid: number } | null {
  const found = [join(dataDir, 'running.lock'), dataDir].map((path) => statSync(path, { throwIfNoEntry: false }));
  return found.find((one) => one !== undefined) ?? null;
}

/** Null for a user without a name here. */
function nameOfUser(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}
