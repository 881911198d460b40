import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StartFilterPeer } from '../../../test/contract/filter-peer.ts';

const MISBEHAVIOURS: Readonly<Record<string, (folder: string) => Promise<unknown>>> = {
  'is not there': (folder) => rm(join(folder, 'words.txt')),
  'is a folder': async (folder) => {
    await rm(join(folder, 'words.txt'));
    await mkdir(join(folder, 'words.txt'));
  },
  'holds something else': (folder) => writeFile(join(folder, 'words.txt'), Buffer.alloc(500, 0xff)),
  'holds half a line': (folder) => writeFile(join(folder, 'words.txt'), 'lottery 6\nwin'),
  'is huge': (folder) => writeFile(join(folder, 'words.txt'), 'lottery 6\n'.repeat(1_000_000)),
};

/** Folders of its own, removed at the end. */
const start: StartFilterPeer = async () => {
  const root = await mkdtemp(join(tmpdir(), 'skeleton-'));
  let made = 0;
  const newFolder = async (): Promise<string> => {
    const folder = join(root, String(++made));
    await mkdir(join(folder, 'learned'), { recursive: true });
    await writeFile(join(folder, 'words.txt'), 'lottery 6\ninvoice -1.5\n');
    return folder;
  };
  return {
    settings: { folder: await newFolder() },
    server: {},
    wrong: { settings: { folder: join(root, 'nowhere') }, field: 'folder' },
    spam: Buffer.from('Subject: You won\r\n\r\nThe LOTTERY is yours.\r\n'),
    ham: Buffer.from('Subject: Invoice 7\r\n\r\nPlease find it attached.\r\n'),
    misbehaviours: Object.keys(MISBEHAVIOURS),
    misbehaving: async (how) => {
      const folder = await newFolder();
      await MISBEHAVIOURS[how]?.(folder);
      return { folder };
    },
    stop: () => rm(root, { recursive: true, force: true }),
  };
};

export default start;
