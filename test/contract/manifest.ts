import { z } from 'zod';
import { type ChannelManifest, CONTRACT_VERSION } from '../../core/plugins/contract.ts';

const key = z.string().regex(/^[a-z][a-zA-Z0-9]*$/);

const SETTING = z.discriminatedUnion('type', [
  z.strictObject({
    key,
    required: z.boolean(),
    type: z.enum(['text', 'secret', 'host', 'port', 'email', 'phone']),
    default: z.string().optional(),
  }),
  z.strictObject({
    key,
    required: z.boolean(),
    type: z.literal('choice'),
    choices: z.array(z.string()).min(2),
    default: z.string().optional(),
  }),
  z.strictObject({ key, required: z.boolean(), type: z.literal('switch'), default: z.boolean() }),
]);

/** The manifest as data, checked as if it came from outside. */
export const MANIFEST = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
  contract: z.literal(CONTRACT_VERSION),
  kind: z.literal('channel'),
  startsEnabled: z.boolean(),
  icon: z.string().regex(/^[a-z0-9-]+$/),
  traits: z.strictObject({
    addressKind: z.enum(['email', 'e164', 'opaque']),
    body: z.enum(['html', 'text']),
    maxBodyChars: z.number().int().positive().nullable(),
    maxAttachmentBytes: z.number().int().positive().nullable(),
    continues: z.enum(['by-reference', 'by-contact', 'by-session']),
    replyWindowHours: z.number().positive().nullable(),
    subject: z.boolean(),
    confirms: z.array(z.enum(['delivered', 'read'])),
  }),
  settings: z.array(SETTING),
});

/** Locale keys that the manifest needs, beside the plugin's own problems. */
export function localeKeysOf(manifest: ChannelManifest): readonly string[] {
  const settings = manifest.settings.flatMap((field) => [
    `settings.${field.key}.label`,
    `settings.${field.key}.help`,
    ...(field.type === 'choice' ? field.choices.map((choice) => `settings.${field.key}.choices.${choice}`) : []),
  ]);
  return ['title', 'description', ...settings];
}

/** "a.b.c" for every text of a locale file. Throws when something in it is neither a text nor a group of texts. */
export function flatKeys(texts: unknown, prefix = ''): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const [name, value] of Object.entries(z.record(z.string(), z.unknown()).parse(texts))) {
    if (typeof value === 'string') keys.set(prefix + name, value);
    else for (const [inner, text] of flatKeys(value, `${prefix}${name}.`)) keys.set(inner, text);
  }
  return keys;
}

/** What `checklist.yaml` of every plugin says "done", "todo: why" or "exempt: why" to. */
export const CHECKLIST_RULES = [
  'kept-before-confirmed',
  'duplicates-harmless',
  'interpreter-pure',
  'hostile-input-bounded',
  'limits-enforced',
  'outcomes-per-recipient',
  'never-sent-twice',
  'secrets-never-shown',
  'check-names-the-field',
  'stops-cleanly',
  'locales-complete',
  'documented',
] as const;
