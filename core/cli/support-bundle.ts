import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setNames } from '../../config/config.ts';
import { doctorChecks } from '../boot/doctor.ts';
import { version } from '../boot/version.ts';
import { makeBundle } from '../health/bundle.ts';
import { examine } from '../health/doctor/examine.ts';
import { cleanLog } from '../health/recent-log.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import { writeNewFile } from '../lib/write-whole.ts';
import { countSpooled } from '../spool/count.ts';
import { type Command, EXIT } from './command.ts';
import { doctorOf } from './doctor.ts';
import { readOptions } from './options.ts';

/** The file for whoever helps: what the page of the server gives, from the command line. */
export const supportBundle: Command = {
  name: 'support-bundle',
  usage: '[--log FILE|-] FILE',
  summary: 'writes versions, checks, counts and, with --log, cleaned log lines for whoever helps; no personal data, no secrets',
  run: async (args, console) => {
    const { values, positionals } = readOptions(args, { log: { type: 'string' } }, 1);
    const { config } = console;
    const log = values.log === undefined ? '' : values.log === '-' ? await console.readInput() : await readFile(values.log, 'utf8');
    const lines = cleanLog(log);
    if (values.log !== undefined && lines.length === 0) console.note('No line of this log is one of Centrala: the bundle has none.');
    const { parts, close } = await doctorOf(config);
    const { scope } = parts.database;
    try {
      const findings = (await Promise.all(doctorChecks(parts).map(examine))).flat();
      const counts = await readLedger(scope, { count: async () => countSpooled(config.dataDir) }).catch(() => ({}));
      const bundle = await makeBundle({
        scope,
        version: version(),
        database: config.databaseUrl === null ? 'sqlite' : 'postgres',
        environment: setNames(),
        findings,
        plugins: await parts.plugins.list(),
        metrics: null,
        counts: { ...counts },
        log: lines,
      });
      const file = resolve(positionals[0] ?? '');
      await writeNewFile(file, bundle);
      console.say(file);
      return EXIT.ok;
    } finally {
      await close();
    }
  },
};
