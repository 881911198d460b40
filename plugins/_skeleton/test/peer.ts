import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StartPeer } from '../../../test/contract/peer.ts';

/** A folder of its own; `answer` takes parts of it away or blocks the recipient. */
const start: StartPeer = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'skeleton-'));
  const restore = async (): Promise<void> => {
    await Promise.all(['in', 'out'].map((name) => mkdir(join(folder, name), { recursive: true })));
    await rm(join(folder, 'blocked.txt'), { force: true });
  };
  await restore();
  return {
    address: 'desk',
    recipient: 'anna',
    settings: { folder },
    wrong: { settings: { folder: join(folder, 'nowhere') }, field: 'folder' },
    outcomes: ['accepted', 'deferred', 'refused'],
    answer: async (state) => {
      await restore();
      if (state === 'deferred') await rm(join(folder, 'out'), { recursive: true });
      if (state === 'refused') await writeFile(join(folder, 'blocked.txt'), 'anna\n');
    },
    stop: () => rm(folder, { recursive: true, force: true }),
  };
};

export default start;
