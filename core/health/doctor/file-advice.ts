import { givingCommand } from '../../lib/unusable.ts';
import { text, type Words } from './finding.ts';

/**
 * What to do about a file or folder of `dir` that cannot be used. Only a damaged one is to be replaced: where rights, room or the disk are at
 * fault what lies there is whole, and newer than any copy.
 */
export function fileAdvice(error: unknown, dir: string, ifDamaged: Words): Words {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return ifDamaged;
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code)) return text('health.space.fullAdvice');
  if (/^(SQLITE_(READONLY|CANTOPEN|PERM)|EACCES|EPERM)/.test(code))
    return text('health.folder.rightsAdvice', { command: givingCommand(dir) });
  return text('health.folder.diskAdvice');
}
