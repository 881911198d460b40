import { join } from 'node:path';
import { openBlobs } from '../blobs/blobs.ts';
import { readArchive } from '../imports/archive.ts';
import { importMail as importArchive } from '../imports/import-mail.ts';
import type { ImportReport } from '../imports/types.ts';
import { listInboxes } from '../inboxes/list.ts';
import { parseEmailAddress } from '../lib/email-address.ts';
import { AppError } from '../lib/errors.ts';
import { isChannel } from '../plugins/contract.ts';
import { loadPlugins } from '../plugins/loader.ts';
import { type Command, EXIT } from './command.ts';
import { PLUGINS } from './installation.ts';
import { needed, readOptions } from './options.ts';

const SHOWN = 20;

/** Takes over mail from files; a running server reads it at once, one that is started later then. */
export const importMail: Command = {
  name: 'import',
  usage: 'PATH --inbox ADDRESS [--sent] [--dry-run]',
  summary: 'takes over an archive of mail as history: an mbox file, a Maildir, .eml files or a folder of them; may be repeated',
  run: async (args, console) => {
    const { values, positionals } = readOptions(
      args,
      { inbox: { type: 'string' }, sent: { type: 'boolean', default: false }, 'dry-run': { type: 'boolean', default: false } },
      1,
    );
    const [path = ''] = positionals;
    const address = needed(values.inbox, 'inbox');
    const { scope } = await console.open();
    const inbox = (await listInboxes(scope)).find((one) => one.address === parseEmailAddress(address));
    if (!inbox) throw new AppError('inbox_unknown', 404, `There is no inbox ${address}.`, { help: '"centrala inbox create" makes one.' });
    const plugin = (await loadPlugins(PLUGINS)).find(({ name }) => name === inbox.channel)?.plugin;
    if (!isChannel(plugin) || plugin.manifest.traits.addressKind !== 'email')
      throw new AppError('inbox_unfit', 400, `The inbox ${address} takes no mail.`, { help: 'Choose an inbox of e-mail.' });
    const blobs = openBlobs(join(console.config.dataDir, 'blobs'));
    const archive = readArchive(path, console.config.maxMessageBytes);
    const isTrial = values['dry-run'];
    const report = await importArchive({ scope, blobs }, inbox.id, archive, {
      isSent: values.sent,
      isTrial,
      onProgress: (read) => console.note(`${read} messages read`),
    });
    for (const name of report.skipped.slice(0, SHOWN)) console.note(`left out: ${name}`);
    for (const name of report.missing.slice(0, SHOWN)) console.note(`NOT IN THE INBOX: ${name}`);
    console.note(
      isTrial
        ? 'Nothing was stored. Without --dry-run they are.'
        : 'Each was looked for by its hash, row and bytes. What becomes of them: Settings → Mail → Balance.',
    );
    console.say(summaryOf(report, isTrial));
    return report.missing.length === 0 ? EXIT.ok : EXIT.failed;
  },
};

const summaryOf = ({ read, added, known, repeated, skipped, missing }: ImportReport, isTrial: boolean): string =>
  [
    `${read} read`,
    `${added} ${isTrial ? 'would be added' : 'added'}`,
    `${known} already here`,
    `${repeated} twice in the archive`,
    `${skipped.length} left out`,
    ...(isTrial ? [] : [`${missing.length} missing`]),
  ].join(', ');
