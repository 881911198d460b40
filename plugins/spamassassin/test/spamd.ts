import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ServiceHost } from '../../../core/lib/service-host.ts';
import { ask } from '../client/ask.ts';
import { findSpamd } from '../embedded/spamd.ts';

export interface RealSpamd {
  readonly path: string;
  readonly host: ServiceHost;
  stop(): Promise<void>;
}

export interface SpamdOptions {
  /** Without it, TELL is refused. */
  readonly tell?: boolean;
  readonly path?: string;
}

/** A few rules instead of Debian's two thousand: the same program, ready in half a second. */
const RULES = `
body GTUBE /XJS\\*C4JDBQADN1\\.NSBN3\\*2IDNEN\\*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL\\*C\\.34X/
describe GTUBE Generic Test for Unsolicited Bulk Email
score GTUBE 1000
body WINNER /you are the lucky winner/i
describe WINNER Promises a prize to somebody who took part in nothing
score WINNER 6.5
body CHEAP_PILLS /cheap pills/i
score CHEAP_PILLS 3.25
required_score 5
use_bayes 1
bayes_auto_learn 0
report Content preview:  _PREVIEW_
report
report Content analysis details:   (_SCORE_ points, _REQD_ required)
report
report " pts rule name              description"
report  ---- ---------------------- --------------------------------------------------
report _SUMMARY_
`;
const PRE = ['Check', 'Bayes', 'BodyEval', 'HeaderEval', 'MIMEEval'];
const NOBODY = 65_534;

/** Debian's spamd on a socket of its own, without network, with its Bayes database in a temporary folder. */
export async function startSpamd({ tell = true, path }: SpamdOptions = {}): Promise<RealSpamd> {
  const program = findSpamd();
  if (program === null) throw new Error('the tests need the Debian package spamd');
  const dir = mkdtempSync(join(tmpdir(), 'spamd-test-'));
  const [site, home] = [join(dir, 'site'), join(dir, 'home')];
  for (const folder of [site, home]) mkdirSync(folder);
  writeFileSync(join(site, 'test.pre'), PRE.map((name) => `loadplugin Mail::SpamAssassin::Plugin::${name}\n`).join(''));
  writeFileSync(join(site, 'local.cf'), `${RULES}\nbayes_path ${join(dir, 'bayes')}\n`);
  const isRoot = process.getuid?.() === 0;
  if (isRoot)
    for (const name of ['', ...readdirSync(dir, { recursive: true, encoding: 'utf8' })]) chownSync(join(dir, name), NOBODY, NOBODY);
  chmodSync(dir, 0o755);
  const socket = path ?? join(dir, 'sock');
  const args = [
    '--local',
    '--nouser-config',
    '--max-children=4',
    `--configpath=${site}`,
    `--siteconfigpath=${site}`,
    `--helper-home-dir=${home}`,
  ];
  const child = spawn(
    program,
    [...args, `--socketpath=${socket}`, '--socketmode=0666', '--syslog=stderr', ...(tell ? ['--allow-tell'] : [])],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', HOME: home },
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    },
  );
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-2000);
  });
  const host = { path: socket };
  const limit = AbortSignal.timeout(30_000);
  while (!('answer' in (await ask(host, { command: 'PING', headers: [], message: null }, { connectMs: 1_000, answerMs: 2_000 }, limit)))) {
    if (child.exitCode !== null || limit.aborted) throw new Error(`spamd did not start: ${words}`);
    await wait(50);
  }
  return {
    path: socket,
    host,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
