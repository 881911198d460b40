import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { startContainer, USER } from './container.ts';
import type { Course } from './life.ts';
import { environment, INBOX, mail, settled, setUp, startAppliance } from './office.ts';

/** What may go wrong around a container, each with what must be true afterwards. */
export async function faults(course: Course): Promise<void> {
  await withoutShell(course);
  await targetFull(course);
  await restoreInterrupted(course);
  await orphans(course);
}

/** Nothing of the image is started through a shell: without any the product works all the same. */
async function withoutShell({ image, newVolume, row }: Course): Promise<void> {
  const appliance = await startAppliance({ image, volumes: { '/data': newVolume('shell') }, hidden: ['/usr/bin/busybox'] });
  const { code } = await appliance.container.exec('sh', '-c', 'true');
  assert.notEqual(code, 0);
  const backup = await appliance.centrala('backup');
  assert.equal(backup.code, 0, backup.text);
  appliance.container.signal('TERM');
  assert.equal(await appliance.container.ended, 0);
  row('without a shell', 'starts, makes a verified backup, stops with 0');
}

async function targetFull({ image, newVolume, row }: Course): Promise<void> {
  const [data, target] = [newVolume('full'), newVolume('target')];
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=3m,uid=${USER},gid=${USER},mode=700`, 'tmpfs', target]);
  try {
    const appliance = await startAppliance({
      image,
      volumes: { '/data': data, '/target': target },
      env: { CENTRALA_BACKUP_DIR: '/target' },
    });
    await setUp(appliance);
    await appliance.centrala('inbox', 'create', '--channel', 'email', '--name', 'Biuro', '--address', INBOX);
    const confirmed = await mail(appliance.smtpPort, 0, 400);
    await settled(appliance, confirmed);
    const { code, text } = await appliance.centrala('backup');
    assert.equal(code, 1, text);
    assert.match(text, /no room/i);
    assert.equal(await mail(appliance.smtpPort, 5000, 1), 1, 'mail goes on');
    appliance.container.signal('TERM');
    await appliance.container.ended;
    row(
      'backup target full',
      `exit 1, mail goes on: ${text
        .split('\n')
        .find((line) => /no room/i.test(line))
        ?.slice(0, 160)}`,
    );
  } finally {
    execFileSync('umount', [target]);
  }
}

/** Killed in the middle, the old data is what the next start finds. */
async function restoreInterrupted({ image, newVolume, row }: Course): Promise<void> {
  const volumes = { '/data': newVolume('interrupted') };
  const first = await startAppliance({ image, volumes });
  await setUp(first);
  await first.centrala('inbox', 'create', '--channel', 'email', '--name', 'Biuro', '--address', INBOX);
  await settled(first, await mail(first.smtpPort, 0, 100));
  const made = await first.centrala('backup');
  assert.equal(made.code, 0, made.text);
  const kept = await settled(first, await mail(first.smtpPort, 1000, 20));
  first.container.signal('TERM');
  await first.container.ended;
  let killed = 0;
  for (const afterMs of [300, 900, 1800, 3000, 4500]) {
    const restoring = startContainer({ image, volumes, env: environment(), command: ['node', 'core/cli.ts', 'restore', 'latest'] });
    await Promise.race([restoring.ended, new Promise((resolve) => setTimeout(resolve, afterMs))]);
    if (!restoring.output().includes('restored')) {
      restoring.signal('KILL');
      killed += 1;
    }
    await restoring.ended;
  }
  const again = await startAppliance({ image, volumes });
  const there = await settled(again, 1);
  const { code, text } = await again.centrala('ledger', 'verify');
  assert.equal(code, 0, text);
  // The places may have changed before one was killed: then it is the backup's whole, else the old data whole.
  assert.ok(there === kept || there === kept - 20, `${there} are there`);
  again.container.signal('TERM');
  await again.container.ended;
  const left = readdirSync(volumes['/data']).filter((name) => name.startsWith('restore-'));
  row('restore interrupted by kill -9', `${killed} times; the next start has ${there} of ${kept} whole, ${left.length} half ones left`);
}

/** What a child of ours leaves behind is buried by process 1. */
async function orphans({ image, newVolume, row }: Course): Promise<void> {
  const appliance = await startAppliance({ image, volumes: { '/data': newVolume('orphans') } });
  for (let n = 0; n < 5; n += 1) await appliance.container.exec('sh', '-c', '(sh -c "sleep 0.2") & (sh -c "sleep 0.3") &');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const counting = `const fs = require('fs');
    console.log(fs.readdirSync('/proc').filter((n) => /^\\d+$/.test(n)).filter((n) => { try { return / Z /.test(fs.readFileSync('/proc/' + n + '/stat', 'utf8')); } catch { return false; } }).length);`;
  const { text } = await appliance.container.exec('node', '-e', counting);
  assert.equal(text.trim(), '0');
  appliance.container.signal('TERM');
  await appliance.container.ended;
  row('orphaned processes', '10 left behind, 0 zombies');
}
