import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPeers } from '../../core/bin/debian-packages.ts';
import { table } from '../bench/measure.ts';
import { USER } from './container.ts';
import { faults } from './faults.ts';
import { mountImage } from './image.ts';
import { type Course, life, upgrades } from './life.ts';

const PARTS = new Map([
  ['life', life],
  ['upgrades', upgrades],
  ['faults', faults],
]);
const IMAGE = 'localhost/centrala';
const MOST_MB = 250;

/** `npm run appliance [-- IMAGE] [life upgrades faults]`: drives the built image as an operator would, and prints what was shown. Needs root. */
async function main(words: readonly string[]): Promise<number> {
  const chosen = [...PARTS].filter(([name]) => words.includes(name));
  const name = words.find((word) => !PARTS.has(word)) ?? IMAGE;
  const tools = ['buildah', 'runc'].map((program) => ({ program, debian: program }));
  for (const problem of installPeers(tools)) console.error(problem);
  const folder = mkdtempSync(join(tmpdir(), 'centrala-appliance-'));
  const image = mountImage(name);
  const rows: string[][] = [];
  let made = 0;
  const row: Course['row'] = (title, facts) => {
    rows.push([title, facts]);
    console.error(`${title}: ${facts}`);
  };
  const newVolume: Course['newVolume'] = (title) => {
    made += 1;
    const path = join(folder, `${made}-${title}`);
    mkdirSync(path);
    chownSync(path, USER, USER);
    return path;
  };
  try {
    row('unpacked', `${image.megabytes} MB`);
    if (name === IMAGE && image.megabytes > MOST_MB) throw new Error(`The image is larger than ${MOST_MB} MB.`);
    for (const [, part] of chosen.length > 0 ? chosen : PARTS) await part({ image, newVolume, row });
    console.log(`\n${table(['the image', 'seen'], rows)}\n\n${rows.length} shown, 0 failed`);
    return 0;
  } catch (error) {
    console.error(String(error).slice(0, 3000));
    console.log(`\n${table(['the image', 'seen'], rows)}\n\n${rows.length} shown, 1 failed`);
    return 1;
  } finally {
    image.unmount();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Containers that a failure left running. */
process.once('exit', () => {
  const left = execFileSync('runc', ['list', '--quiet'], { encoding: 'utf8' }).split('\n');
  for (const one of left.filter((id) => id.startsWith(`centrala-${process.pid}-`))) execFileSync('runc', ['delete', '--force', one]);
});
process.exit(await main(process.argv.slice(2)));
