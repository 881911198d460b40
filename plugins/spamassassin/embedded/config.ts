import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Parts of SpamAssassin that need no network; what asks the DNS or a service outside is left out on purpose. */
const PLUGINS = [
  'Check',
  'Bayes',
  'AutoLearnThreshold',
  'BodyEval',
  'DNSEval',
  'FreeMail',
  'HTMLEval',
  'HTTPSMismatch',
  'HeaderEval',
  'ImageInfo',
  'MIMEEval',
  'MIMEHeader',
  'RelayEval',
  'ReplaceTags',
  'URIDetail',
  'URIEval',
  'VBounce',
  'WLBLEval',
];

/** Files of our own spamd, all below `dir`: configuration, written again at each start, and the Bayes database, which must survive. */
export function writeConfig(dir: string): { readonly site: string; readonly home: string } {
  const site = join(dir, 'config');
  const home = join(dir, 'home');
  const bayes = join(dir, 'bayes');
  for (const folder of [site, home, bayes]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(site, 'centrala.pre'), PLUGINS.map((name) => `loadplugin Mail::SpamAssassin::Plugin::${name}\n`).join(''));
  const lines = [
    `bayes_path ${join(bayes, 'bayes')}`,
    'bayes_file_mode 0600',
    // A small company has no two hundred examples of each kind for a long time.
    'bayes_min_ham_num 50',
    'bayes_min_spam_num 50',
    'report_safe 0',
  ];
  writeFileSync(join(site, 'local.cf'), `${lines.join('\n')}\n`);
  return { site, home };
}
