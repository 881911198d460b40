import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { LogPlace } from './log-place.ts';
import { LOG_DIR } from './log-segments.ts';
import { openSftp, quotedForSftp as q } from './sftp.ts';
import type { SftpTarget } from './target.ts';
import type { SshKey } from './target-file.ts';

/** Commands of one call: the answers come when all are done. */
const AT_ONCE = 200;

/** The log on an SFTP server, beside the repository of restic. `dir` for the key while the connection is open. */
export function sftpPlace(target: SftpTarget, key: SshKey | null, dir: string, path: string): LogPlace {
  const sftp = openSftp(target, key, dir, path);
  const placeOf = (name: string): string => `${target.path}/${LOG_DIR}/${name}`;
  const made = new Set<string>();

  const inTurn = async (commands: readonly (readonly string[])[]): Promise<void> => {
    for (let at = 0; at < commands.length; at += AT_ONCE) await sftp.run(commands.slice(at, at + AT_ONCE).flat());
  };
  /** A folder and those above it; those that are there are a fault that does not count. */
  const folder = (name: string): readonly string[] => {
    if (made.has(name)) return [];
    made.add(name);
    const parts = placeOf(name).split('/');
    return parts.flatMap((_part, n) => (n === 0 && parts[0] === '' ? [] : [`-mkdir ${q(parts.slice(0, n + 1).join('/'))}`]));
  };
  const list = async (name: string, after = ''): Promise<readonly string[]> => {
    const lines = await sftp.run([`-ls -1 ${q(placeOf(name))}`]);
    const names = lines.map((line) => basename(line.trim()));
    return names.filter((one) => one > after).sort();
  };
  const remove = (names: readonly string[]): Promise<void> => inTurn(names.map((name) => [`-rm ${q(placeOf(name))}`]));

  return {
    list,
    put: async (name, file) => {
      const [place, part] = [q(placeOf(name)), q(`${placeOf(name)}.part`)];
      // Not every server renames onto a file that is there.
      await sftp.run([...folder(dirname(name)), `put -f ${q(file)} ${part}`, `-rm ${place}`, `rename ${part} ${place}`]);
    },
    bring: async (names, to) => {
      for (const one of new Set(names.map(dirname))) await mkdir(join(to, one), { recursive: true, mode: 0o700 });
      await inTurn(names.map((name) => [`get ${q(placeOf(name))} ${q(join(to, name))}`]));
    },
    remove,
    removeFolder: async (name) => {
      await remove((await list(name)).map((one) => `${name}/${one}`));
      await sftp.run([`-rmdir ${q(placeOf(name))}`]);
      made.delete(name);
    },
    close: sftp.close,
  };
}
