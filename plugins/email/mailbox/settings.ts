import { z } from 'zod';
import { PLACE_ROLES, type PlaceRole, type SettingField } from '../../../core/plugins/contract.ts';
import type { Relay } from '../outbound/relay.ts';

/** `tls` from the first byte, `starttls` before the log-in, `none` only on this very machine. */
export const SECURITIES = ['tls', 'starttls', 'none'] as const;
export type Security = (typeof SECURITIES)[number];

/** An IMAP folder that is read, and what it is for. */
export interface ChosenFolder {
  readonly path: string;
  readonly role: PlaceRole;
}

/** An account at a mail provider: its mail is fetched by IMAP, answers leave through its SMTP server. */
export interface Mailbox {
  readonly imapHost: string;
  readonly imapPort: number;
  readonly imapSecurity: Security;
  readonly smtpHost: string;
  readonly smtpPort: number;
  readonly smtpSecurity: Security;
  /** Whether SMTP wants the log-in too. */
  readonly smtpAuth: boolean;
  readonly login: string;
  readonly password: string;
  /** What was granted by logging in at the provider, in place of a password; empty = the password it is. */
  readonly grant: string;
  /** A copy of what is sent is put into its folder of sent mail. */
  readonly appendSent: boolean;
  /** What is answered here is marked answered there. */
  readonly markAnswered: boolean;
  /** What is deleted for good here is put into the trash there. */
  readonly removeDeleted: boolean;
  /** At most so many connections at once, from 1 on: one reads, the others listen in more folders. */
  readonly imapConnections: number;
  readonly folders: readonly ChosenFolder[];
  /** Older mail is left where it is; null = everything is fetched. */
  readonly since: Date | null;
}

/** Providers allow 10 or more; phones and mail programs of the company need theirs. */
const USUAL_CONNECTIONS = '3';

const WHEN = { key: 'route', value: 'mailbox' } as const;

/** Their part of the manifest. */
export const MAILBOX_FIELDS: readonly SettingField[] = [
  { key: 'login', type: 'text', required: false, visibleWhen: WHEN },
  { key: 'password', type: 'secret', required: false, visibleWhen: WHEN },
  { key: 'imapHost', type: 'host', required: false, visibleWhen: WHEN },
  { key: 'imapPort', type: 'port', required: false, default: '993', visibleWhen: WHEN },
  { key: 'imapSecurity', type: 'choice', required: false, choices: SECURITIES, default: 'tls', visibleWhen: WHEN },
  { key: 'smtpHost', type: 'host', required: false, visibleWhen: WHEN },
  { key: 'smtpPort', type: 'port', required: false, default: '465', visibleWhen: WHEN },
  { key: 'smtpSecurity', type: 'choice', required: false, choices: SECURITIES, default: 'tls', visibleWhen: WHEN },
  { key: 'smtpAuth', type: 'switch', required: false, default: true, visibleWhen: WHEN },
  { key: 'appendSent', type: 'switch', required: false, default: true, visibleWhen: WHEN },
  { key: 'markAnswered', type: 'switch', required: false, default: true, visibleWhen: WHEN },
  { key: 'removeDeleted', type: 'switch', required: false, default: false, visibleWhen: WHEN },
  { key: 'imapConnections', type: 'text', required: false, default: USUAL_CONNECTIONS, visibleWhen: WHEN },
  { key: 'grant', type: 'text', required: false, isInternal: true },
  { key: 'foundBy', type: 'text', required: false, isInternal: true },
  { key: 'imapFolders', type: 'text', required: false, isInternal: true },
  { key: 'imapSince', type: 'text', required: false, isInternal: true },
];

const text = (problem: string) => z.string(problem).trim().max(255, problem);
const host = (problem: string) =>
  text(problem)
    .regex(/^(?:|[\p{L}\p{N}._-]+|[0-9a-f:.]+)$/iu, problem)
    .default('');
const port = (problem: string, usual: number) =>
  z
    .union([z.number(), z.string()], problem)
    .default(usual)
    .transform((value) => (value === '' ? usual : Number(value)))
    .pipe(z.number(problem).int(problem).min(1, problem).max(65_535, problem));

const FOLDERS = z.array(z.object({ path: z.string().min(1).max(1000), role: z.enum(PLACE_ROLES) })).max(500);

const folders = z
  .string('imap_folders')
  .default('')
  .transform((value, context): readonly ChosenFolder[] => {
    if (value === '') return [];
    try {
      return FOLDERS.parse(JSON.parse(value));
    } catch {
      context.addIssue({ code: 'custom', message: 'imap_folders' });
      return [];
    }
  });

const since = z
  .string('imap_since')
  .default('')
  .transform((value, context): Date | null => {
    const at = value === '' ? null : new Date(value);
    if (at !== null && Number.isNaN(at.getTime())) context.addIssue({ code: 'custom', message: 'imap_since' });
    return at;
  });

/** Their part of the schema of an inbox's settings. */
export const MAILBOX_SHAPE = {
  login: text('login').default(''),
  password: z.string('password').max(2000, 'password').default(''),
  grant: z
    .string('grant')
    .regex(/^[\w.-]{0,100}$/, 'grant')
    .default(''),
  imapConnections: z
    .string('imap_connections')
    .trim()
    .regex(/^(?:[1-9]|10|)$/, 'imap_connections')
    .default('')
    .transform((text) => Number(text || USUAL_CONNECTIONS)),
  foundBy: z
    .string('found_by')
    .max(1100, 'found_by')
    .regex(/^(?:|(?:provider|document|tokens|announced|guessed)(?: \S+){3})$/, 'found_by')
    .default(''),
  imapHost: host('imap_host'),
  imapPort: port('imap_port', 993),
  imapSecurity: z.enum(SECURITIES, 'imap_security').default('tls'),
  smtpHost: host('smtp_host'),
  smtpPort: port('smtp_port', 465),
  smtpSecurity: z.enum(SECURITIES, 'smtp_security').default('tls'),
  smtpAuth: z.boolean('smtp_auth').default(true),
  appendSent: z.boolean('append_sent').default(true),
  markAnswered: z.boolean('mark_answered').default(true),
  removeDeleted: z.boolean('remove_deleted').default(false),
  imapFolders: folders,
  imapSince: since,
};

type Values = z.output<z.ZodObject<typeof MAILBOX_SHAPE>>;

/** What is missing for an account: setting -> problem. */
export function missingIn(values: Values): Readonly<Record<string, string>> {
  const needed = ['login', 'password', 'imapHost', 'smtpHost'] as const;
  const problems = { login: 'login', password: 'password', imapHost: 'imap_host', smtpHost: 'smtp_host' };
  const isMissing = (key: (typeof needed)[number]): boolean => values[key] === '' && !(key === 'password' && values.grant !== '');
  return Object.fromEntries(needed.filter(isMissing).map((key) => [key, problems[key]]));
}

export const mailboxOf = ({ imapFolders, imapSince, ...values }: Values): Mailbox => ({
  ...values,
  folders: imapFolders,
  since: imapSince,
});

/** Its SMTP server as a relay. */
export const relayOf = ({ smtpHost, smtpPort, smtpSecurity, smtpAuth, login, password, grant }: Mailbox): Relay => ({
  host: smtpHost,
  port: smtpPort,
  implicitTls: smtpSecurity === 'tls',
  user: smtpAuth ? login : null,
  password: smtpAuth && grant === '' ? password : null,
  ...(smtpAuth && grant !== '' ? { grant } : {}),
});
