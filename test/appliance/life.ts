import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chownSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { httpLoad } from '../bench/http-load.ts';
import { ADMIN as OLD_ADMIN } from '../support/app.ts';
import { type HttpClient, loggedInClient } from '../support/http-client.ts';
import { isWholeFolder, keptNames, layKept } from '../support/kept.ts';
import { until } from '../support/until.ts';
import { USER } from './container.ts';
import { ADMIN, type Appliance, INBOX, mail, runOnce, type Settings, settled, setUp, startAppliance, startRelay } from './office.ts';

/** A folder for a volume that belongs to the user of the image. */
export type NewVolume = (name: string) => string;

export interface Course {
  readonly image: Settings['image'];
  readonly newVolume: NewVolume;
  /** One row of the report: what was shown, and figures. */
  readonly row: (title: string, facts: string) => void;
}

const AGENTS = 10;
const MAILS = 300;
const LIMIT_MS = 10_000;
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** From the first start to a restore on an empty machine, one container after the other. */
export async function life(course: Course): Promise<void> {
  const { image, newVolume, row } = course;
  const volumes = { '/data': newVolume('data'), '/keep': newVolume('keep') };
  const relay = await startRelay();
  try {
    const begun = performance.now();
    const first = await startAppliance({ image, volumes });
    row('first start, read-only root, 512 MB, no capabilities', `ready after ${seconds(begun)}`);
    row('process 1, its user and rights', await insideOf(first));
    row('at rest, half a minute after the very first start', await restOf(first));
    const client = await firstWork(course, first, relay);
    await tenAgents(course, first, client);
    await backupUnderLoad(course, first);
    await killedUnderLoad(course, { image, volumes }, first);
    const again = await startAppliance({ image, volumes });
    const kept = await settled(again, 1);
    await fromOneFile(course, { image, volumes }, again, kept);
  } finally {
    await relay.stop();
  }
}

/** Asked of the container itself. */
async function insideOf({ container }: Appliance): Promise<string> {
  const asked = `const fs = require('fs');
    const status = fs.readFileSync('/proc/1/status', 'utf8');
    let written = 'written';
    try { fs.writeFileSync('/app/x', ''); } catch (error) { written = error.code; }
    console.log(JSON.stringify({ uid: process.getuid(), one: fs.readFileSync('/proc/1/comm', 'utf8').trim(), rights: /CapBnd:\\s+(\\w+)/.exec(status)[1], written }));`;
  const { text } = await container.exec('node', '-e', asked);
  const { uid, one, rights, written } = JSON.parse(text);
  assert.deepEqual({ uid, one, rights, written }, { uid: USER, one: 'tini', rights: '0'.repeat(16), written: 'EROFS' });
  return `${one}, uid ${uid}, capabilities ${rights}, writing to /app: ${written}`;
}

/** Of Node in the container, whose parent is process 1. */
async function restOf({ container }: Appliance): Promise<string> {
  await wait(30_000);
  const asked = `const fs = require('fs');
    const ours = fs.readdirSync('/proc').filter((name) => Number(name) > 1 && Number(name) !== process.pid);
    const texts = ours.map((pid) => fs.readFileSync('/proc/' + pid + '/status', 'utf8')).filter((text) => /^PPid:\\s+1$/m.test(text));
    console.log(Math.round(Math.max(...texts.map((text) => Number(/VmRSS:\\s+(\\d+)/.exec(text)[1]))) / 1024));`;
  const { text } = await container.exec('node', '-e', asked);
  const megabytes = Number(text);
  assert.ok(megabytes > 0, text);
  return `${megabytes} MB`;
}

async function firstWork({ row }: Course, appliance: Appliance, relay: Awaited<ReturnType<typeof startRelay>>): Promise<HttpClient> {
  const client = await setUp(appliance);
  const made = await appliance.centrala(
    'inbox',
    'create',
    '--channel',
    'email',
    '--name',
    'Biuro',
    '--address',
    INBOX,
    '--relay',
    `smtp://127.0.0.1:${relay.port}`,
  );
  assert.equal(made.code, 0, made.text);
  assert.equal(await mail(appliance.smtpPort, 0, 1), 1);
  await settled(appliance, 1);
  const list = await client.get('/conversations');
  assert.match(list.text, /Zamowienie 0/);
  const key = (await appliance.centrala('api-key', 'create', '--name', 'proof', '--agent', ADMIN.email)).text.trim().split('\n').at(-1);
  const answered = await fetch(`${appliance.url}/api/v1/conversations/1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'reply', text: 'Oferta w zalaczeniu, pozdrawiam.' }),
  });
  assert.equal(answered.status, 201, await answered.text());
  await until('the answer is out', () => relay.received.some((text) => text.includes('Oferta w zalaczeniu')), 30_000);
  row('set-up, a mail in, an answer out', 'set up by the printed address, listed, answered, at the relay');
  return client;
}

async function tenAgents({ row }: Course, { url, container }: Appliance, client: HttpClient): Promise<void> {
  const cookie = [...client.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const ending = new AbortController();
  const streams = await Promise.all(
    Array.from({ length: AGENTS }, () => fetch(`${url}/live`, { headers: { cookie }, signal: ending.signal })),
  );
  assert.ok(streams.every(({ status }) => status === 200));
  for (const { body } of streams) body?.pipeTo(new WritableStream()).catch(() => {});
  const urls = [`${url}/conversations`, `${url}/conversations/1`];
  const result = await httpLoad({ urls, clients: AGENTS, durationMs: 10_000, headers: { cookie }, mustContain: '</html>' });
  ending.abort();
  assert.equal(result.wrong, 0);
  const memory = container.peakMemoryMb();
  row(
    'ten agents at once, each with a live stream',
    `${result.requests} pages, p50 ${Math.round(result.p50)} ms, none wrong; memory at most ${memory ?? '?'} of 512 MB`,
  );
}

async function backupUnderLoad({ row }: Course, appliance: Appliance): Promise<void> {
  let [confirmed, isOver] = [0, false];
  const load = (async () => {
    for (let n = 1000; !isOver; n += 10) confirmed += await mail(appliance.smtpPort, n, 10);
  })();
  const begun = performance.now();
  const { code, text } = await appliance.centrala('backup');
  const took = seconds(begun);
  isOver = true;
  await load;
  assert.equal(code, 0, text);
  await settled(appliance, confirmed + 1);
  row(
    'backup while mail comes in, restored on trial',
    `${took}, ${confirmed} mails meanwhile; ${text.split('\n').find((line) => line.includes('verified'))}`,
  );
}

async function killedUnderLoad({ row }: Course, settings: Settings, appliance: Appliance): Promise<void> {
  const before = await settled(appliance, 1);
  let confirmed = 0;
  await mail(appliance.smtpPort, 100_000, MAILS, () => {
    confirmed += 1;
    if (confirmed === MAILS / 3) appliance.container.signal('KILL');
  });
  await appliance.container.ended;
  const again = await startAppliance(settings);
  const after = await settled(again, before + confirmed);
  // One that was on disk when its confirmation was cut off may be there too.
  assert.ok(after - before - confirmed <= 1, `${after - before} are there, ${confirmed} were confirmed`);
  const socket = connect(again.smtpPort, '127.0.0.1');
  await new Promise((resolve) => socket.once('data', resolve));
  let said = '';
  socket
    .on('error', () => {})
    .on('data', (text: Buffer) => {
      said += text.toString();
    });
  const begun = performance.now();
  again.container.signal('TERM');
  const code = await again.container.ended;
  const took = performance.now() - begun;
  assert.equal(code, 0, again.container.output());
  assert.ok(took < LIMIT_MS, `${took} ms`);
  assert.match(said, /^421 /);
  row('kill -9 while mail comes in', `${confirmed} of ${MAILS} confirmed, all there after the next start, none twice`);
  row('SIGTERM with an open SMTP connection', `it got "${said.trim()}"; ended with 0 after ${(took / 1000).toFixed(1)} s`);
}

/** The volume is gone, and the one file outside it brings everything back: the same report of hashes. */
async function fromOneFile({ row, newVolume }: Course, { image, volumes }: Settings, appliance: Appliance, kept: number): Promise<void> {
  const file = '/keep/all.centrala';
  const made = await appliance.centrala('backup', '--file', file);
  assert.equal(made.code, 0, made.text);
  const report = await hashes(appliance);
  const session = (await loggedInClient(appliance.url, ADMIN)).cookies;
  appliance.container.signal('KILL');
  await appliance.container.ended;
  rmSync(volumes['/data'] ?? '', { recursive: true });
  const fresh = { image, volumes: { ...volumes, '/data': newVolume('restored') } };

  for (const [what, name, words] of spoiled(join(volumes['/keep'] ?? '', 'all.centrala'))) {
    const env = what === 'wrong key' ? { CENTRALA_BACKUP_KEY: 'WRONG-WRONG-WRONG-WRONG-WRONG-WRONG-WRONG-WRONG' } : {};
    const refused = await runOnce({ ...fresh, env }, 'restore', `/keep/${name}`);
    assert.equal(refused.code, 1, `${what}: ${refused.text}`);
    assert.match(refused.text, words);
    assert.deepEqual(
      readdirSync(fresh.volumes['/data']).filter((one) => /sqlite|blobs|restore/.test(one)),
      [],
      what,
    );
    row(
      `restore refused: ${what}`,
      `exit 1, nothing written: ${refused.text
        .trim()
        .split('\n')
        .find((line) => words.test(line))
        ?.slice(0, 110)}`,
    );
  }
  const begun = performance.now();
  const restored = await runOnce(fresh, 'restore', file);
  assert.equal(restored.code, 0, restored.text);
  const took = seconds(begun);
  const again = await startAppliance(fresh);
  assert.deepEqual(await hashes(again), report);
  assert.equal(await settled(again, kept), kept);
  const page = await (await loggedInClient(again.url, ADMIN)).get('/conversations/1');
  assert.match(page.text, /Oferta w zalaczeniu/);
  const cookie = [...session].map(([name, value]) => `${name}=${value}`).join('; ');
  const old = await fetch(`${again.url}/conversations`, { headers: { cookie }, redirect: 'manual' });
  again.container.signal('TERM');
  await again.container.ended;
  row(
    'volume deleted, restored from the one file',
    `${took}; ${kept} received things, the same hashes: ${report.hash.slice(0, 16)}…, ${report.files} files, 0 wrong`,
  );
  row('who was logged in before', old.status === 200 ? 'still is' : `logs in again (${old.status})`);
}

const hashes = async ({ centrala }: Appliance): Promise<{ hash: string; files: number; wrong: number }> => {
  const { hash, files, wrong } = JSON.parse((await centrala('ledger', 'verify', '--json')).text);
  assert.equal(wrong, 0);
  return { hash, files, wrong };
};

/** The archive in the ways in which it may arrive: what happened to it, its name, what is said. */
function spoiled(archive: string): readonly (readonly [string, string, RegExp])[] {
  const bytes = readFileSync(archive);
  const write = (name: string, content: Buffer): string => {
    const path = join(archive, '..', name);
    writeFileSync(path, content);
    chownSync(path, USER, USER);
    return name;
  };
  const flipped = Buffer.from(bytes);
  const at = Math.floor(bytes.length / 2);
  flipped.writeUInt8(flipped.readUInt8(at) ^ 1, at);
  return [
    ['cut archive', write('first-half', bytes.subarray(0, at)), /damaged|cut|altered/i],
    ['flipped byte', write('one-bit', flipped), /damaged|cut|altered/i],
    ['wrong key', 'all.centrala', /key/i],
  ];
}

/** Data of each released version that is kept for the tests, started by this image. */
export async function upgrades({ image, newVolume, row }: Course): Promise<void> {
  for (const name of keptNames()) {
    const data = newVolume('upgrade');
    layKept(name, data);
    execFileSync('chown', ['-R', `${USER}:${USER}`, data]);
    const begun = performance.now();
    // Where its database alone was kept, without the key of its passwords, its inbox is not ready.
    const awaited = isWholeFolder(name) ? '/ready' : '/login';
    const appliance = await startAppliance({ image, volumes: { '/data': data }, awaited });
    const took = seconds(begun);
    const { code, text } = await appliance.centrala('audit', 'verify');
    assert.equal(code, 0, text);
    assert.ok(readdirSync(data).includes('before-upgrade'), 'a copy of the old data');
    const list = await (await loggedInClient(appliance.url, OLD_ADMIN)).get('/conversations');
    assert.match(list.text, /Faktura za listopad/);
    appliance.container.signal('TERM');
    await appliance.container.ended;
    row(
      `upgrade from ${name.replace(/\..*/, '')}${isWholeFolder(name) ? ', the whole folder' : ''}`,
      `pages after ${took}, its conversations are listed; ${text.trim().split('\n')[0]}`,
    );
  }
}
