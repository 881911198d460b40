import { resolve } from 'node:path';
import { seed } from './seed.ts';

const USAGE = `npm run bench -- seed 10000|100000|1000000 [FOLDER]   fill a new data folder (default: data-bench-N)
npm run bench -- smtp [ROUNDS] ["4 KB"] [postgres] [tls] [spamd] [inside] rates beside Postfix (default: 5 rounds, every load whose title holds the words)
npm run bench -- disk [ROUNDS] [tls] [spamd]         rates when every fsync takes 5 ms longer
npm run bench -- busy [ROUNDS] [tls] [spamd]         pages while 50 connections push mail (default: 3 rounds)
npm run bench -- web [10000,100000] [postgres]       list, conversation and search
npm run bench -- act [100000] [postgres] [5000] [one]  one act on all open conversations or on one agent's, its undo, and the list meanwhile
npm run bench -- live [200]                          from a change to the streams of so many agents
npm run bench -- browser [10000] [15]                what a browser works on opening pages and on a live change
npm run bench -- mailbox [20000] [ROUNDS]             first sync of so many mails beside mbsync
npm run bench -- mailbox-growth [10000,100000] [1000] [RUNS]  the same into installations of so many conversations
npm run bench -- memory                              idle and peak memory
npm run bench -- start [10000,100000]                time to the first page and the first SMTP greeting
npm run bench -- backup [100000] [postgres]           a verified backup and its restore beside plain tools; pages and mail meanwhile
npm run bench -- size [100000,1000000] [postgres]      bytes of the database for each message`;

/** One subject each; every one prints a table in Markdown on standard output and its progress on standard error. */
const SUBJECTS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  seed: async ([count, folder]) => {
    const conversations = Number(count);
    if (!Number.isInteger(conversations) || conversations < 1) throw new Error(USAGE);
    const dataDir = resolve(folder ?? `data-bench-${conversations}`);
    const databaseUrl = process.env['CENTRALA_DATABASE_URL'] ?? null;
    await seed({ dataDir, databaseUrl }, conversations, (line) => console.error(line));
    console.log(dataDir);
  },
  smtp: async (args) => (await import('./smtp.ts')).benchSmtp(args),
  disk: async (args) => (await import('./disk.ts')).benchDisk(args),
  busy: async (args) => (await import('./busy.ts')).benchBusy(args),
  web: async (args) => (await import('./web.ts')).benchWeb(args),
  act: async (args) => (await import('./act.ts')).benchAct(args),
  live: async (args) => (await import('./live.ts')).benchLive(args),
  browser: async (args) => (await import('./browser.ts')).benchBrowser(args),
  mailbox: async (args) => (await import('./mailbox.ts')).benchMailbox(args),
  'mailbox-growth': async (args) => (await import('./mailbox-growth.ts')).benchMailboxGrowth(args),
  memory: async () => (await import('./memory.ts')).benchMemory(),
  start: async (args) => (await import('./start.ts')).benchStart(args),
  backup: async (args) => (await import('./backup.ts')).benchBackup(args),
  size: async (args) => (await import('./size.ts')).benchSize(args),
};

const [name = '', ...args] = process.argv.slice(2);
const subject = SUBJECTS[name];
if (subject === undefined) {
  console.error(USAGE);
  process.exit(64);
}
try {
  await subject(args);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
