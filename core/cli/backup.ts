import { databaseFile } from '../../config/config.ts';
import { takeBackup } from '../backups/take.ts';
import { type Progress, TRIGGERS, type Trigger } from '../backups/types.ts';
import { installationSecret } from '../boot/data-dir.ts';
import { version } from '../boot/version.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { readOptions } from './options.ts';

const MB = 1024 ** 2;

/** Makes a backup now, beside a server that may be running, and restores it on trial. Exit code 1 when there is no verified backup at the end. */
export const backup: Command = {
  name: 'backup',
  usage: '[--json]',
  summary: 'keep a copy of everything now, and restore it on trial',
  run: async (args, console) => {
    const { values } = readOptions(args, { json: { type: 'boolean', default: false }, trigger: { type: 'string', default: 'command' } });
    const trigger = TRIGGERS.find((one) => one === values.trigger);
    if (!trigger) throw new UsageError(`--trigger is one of ${TRIGGERS.join(', ')}.`);
    const { config } = console;
    const { scope } = await console.open();
    const say = values.json ? (progress: Progress) => console.say(JSON.stringify(progress)) : spoken(console.note);
    const secret = installationSecret(config.dataDir, config.secretKey);
    const target = { url: config.databaseUrl, file: databaseFile(config) };
    const parts = { scope, target, dataDir: config.dataDir, secret, version: version(), place: config.backup };
    const result = await takeBackup(parts, trigger as Trigger, say);
    if (values.json) console.say(JSON.stringify(result));
    else if (result.state === 'verified')
      console.say(
        `${result.snapshot} verified: ${result.rows} rows and ${result.filesCompared} files compared, ${size(result.bytes ?? 0)} in it, ${size(result.addedBytes ?? 0)} new`,
      );
    else console.say(`${result.snapshot ?? '-'} ${result.state}: ${result.detail}`);
    return result.state === 'verified' ? EXIT.ok : EXIT.failed;
  },
};

const size = (bytes: number): string => `${(bytes / MB).toFixed(1)} MB`;

/** One line for each step. */
function spoken(note: (line: string) => void): (progress: Progress) => void {
  const words = { copy: 'copying the database …', store: 'storing …', trial: 'restoring on trial …', tidy: 'letting old ones go …' };
  let step = '';
  return (progress) => {
    if (progress.step === step) return;
    step = progress.step;
    note(words[progress.step]);
  };
}
