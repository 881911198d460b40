import { type Repository, restic } from '../../core/backups/restic.ts';

/** What `restic backup --time` reads; it takes it as a time of this machine. */
const resticTime = (at: Date): string => {
  const [y, mo, d, h, mi] = [at.getFullYear(), at.getMonth() + 1, at.getDate(), at.getHours(), at.getMinutes()];
  return `${[y, mo, d].map((n) => String(n).padStart(2, '0')).join('-')} ${[h, mi].map((n) => String(n).padStart(2, '0')).join(':')}:00`;
};

/** Puts what is in the folder into the repository as of that moment; answers the snapshot's short name. */
export async function madeBackup(repository: Repository, folder: string, at: Date, ...tags: readonly string[]): Promise<string> {
  const how = ['--json', '--host', 'centrala', '--time', resticTime(at), ...tags.flatMap((tag) => ['--tag', tag])];
  const said = await restic(repository, ['backup', ...how, '--', '.'], { cwd: folder });
  const { snapshot_id: snapshot } = JSON.parse(said.split('\n').at(-1) ?? '') as { snapshot_id: string };
  return snapshot.slice(0, 8);
}
