import type { Connecting } from '../../../core/plugins/contract.ts';
import type { EmailSettings } from '../settings.ts';
import { suggestSettings } from './discover.ts';
import { openImap } from './imap-client.ts';
import { isLogInRefused } from './imap-failure.ts';
import { OTHER, PROVIDERS } from './providers.ts';
import { STAGES, tryAccount } from './try-out.ts';

/** How an account at a provider becomes an inbox. */
export const CONNECTING: Connecting<EmailSettings> = {
  providers: [...PROVIDERS, OTHER].map(({ key, icon, logIn }) => ({ key, icon, ...(logIn ? { logIn } : {}) })),
  fields: {
    first: ['password'],
    more: [
      'login',
      ...['imapHost', 'imapPort', 'imapSecurity', 'smtpHost', 'smtpPort', 'smtpSecurity'],
      'smtpAuth',
      'appendSent',
      'markAnswered',
    ],
  },
  grantKey: 'grant',
  logInOf: ({ imapHost }) => PROVIDERS.find(({ imap }) => imap !== null && imap.host === imapHost)?.logIn ?? null,
  takesToken: async ({ settings: { mailbox } }, signal, token) => {
    if (mailbox === null) return true;
    try {
      (await openImap({ ...mailbox, grant: 'new' }, signal, async () => token)).close();
      return true;
    } catch (error) {
      return !isLogInRefused(error);
    }
  },
  // Without either, half of every conversation is missing.
  needed: ['inbox', 'sent'],
  stages: STAGES,
  suggest: suggestSettings,
  origin: ({ foundBy, imapHost, smtpHost }) => {
    const [key = '', where = '', ...hosts] = String(foundBy ?? '').split(' ');
    return hosts.length === 2 && hosts[0] === imapHost && hosts[1] === smtpHost ? { key, where } : null;
  },
  tryOut: tryAccount,
  choose: ({ places, since }) => ({
    imapFolders: JSON.stringify(places.map(({ path, role }) => ({ path, role }))),
    imapSince: since?.toISOString() ?? '',
  }),
  chosen: ({ mailbox }) => ({ places: mailbox?.folders ?? [], since: mailbox?.since ?? null }),
  account: ({ mailbox }) =>
    mailbox && {
      login: mailbox.login,
      servers: [
        { name: 'SMTP', address: `${mailbox.smtpHost}:${mailbox.smtpPort}` },
        { name: 'IMAP', address: `${mailbox.imapHost}:${mailbox.imapPort}` },
      ],
    },
};
