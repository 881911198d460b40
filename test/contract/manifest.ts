import { z } from 'zod';
import { type ChannelManifest, CONTRACT_VERSION, isChannel, type Plugin, type SettingField } from '../../core/plugins/contract.ts';

const key = z.string().regex(/^[a-z][a-zA-Z0-9]*$/);

const visibleWhen = z.strictObject({ key, value: z.union([z.string(), z.array(z.string()).min(2)]) }).optional();
const isInternal = z.literal(true).optional();

const SETTING = z.discriminatedUnion('type', [
  z.strictObject({
    key,
    required: z.boolean(),
    visibleWhen,
    isInternal,
    type: z.enum(['text', 'secret', 'secret-url', 'host', 'port', 'email', 'phone']),
    default: z.string().optional(),
  }),
  z.strictObject({
    key,
    required: z.boolean(),
    visibleWhen,
    isInternal,
    type: z.literal('choice'),
    choices: z.array(z.string()).min(2),
    default: z.string().optional(),
  }),
  z.strictObject({ key, required: z.boolean(), visibleWhen, isInternal, type: z.literal('switch'), default: z.boolean() }),
]);

/** What all kinds say. */
const COMMON = {
  name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
  contract: z.literal(CONTRACT_VERSION),
  startsEnabled: z.boolean(),
  icon: z.string().regex(/^[a-z0-9-]+$/),
  pluginSettings: z.array(SETTING).optional(),
};

/** The manifest as data, checked as if it came from outside. */
export const MANIFEST = z.discriminatedUnion('kind', [
  z.strictObject({
    ...COMMON,
    kind: z.literal('channel'),
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
  }),
  z.strictObject({
    ...COMMON,
    kind: z.literal('filter'),
    contentTypes: z.array(z.string().regex(/^[a-z]+\/[a-z0-9.+-]+$/)).min(1),
  }),
  z.strictObject({ ...COMMON, kind: z.literal('scanner') }),
]);

/** Every setting of a plugin, of its inboxes and of itself. */
export const fieldsOf = ({ manifest }: Plugin): readonly SettingField[] => [
  ...(manifest.kind === 'channel' ? (manifest as ChannelManifest).settings : []),
  ...(manifest.pluginSettings ?? []),
];

/** Locale keys that the manifest needs, beside the plugin's own problems. */
export function localeKeysOf(plugin: Plugin): readonly string[] {
  const drawn = fieldsOf(plugin).filter(({ isInternal }) => !isInternal);
  const settings = drawn.flatMap((field) => [
    `settings.${field.key}.label`,
    `settings.${field.key}.help`,
    ...(field.type === 'choice' ? field.choices.map((choice) => `settings.${field.key}.choices.${choice}`) : []),
  ]);
  const connecting = isChannel(plugin) ? plugin.connecting : undefined;
  const steps = [
    ...(connecting?.providers ?? []).flatMap(({ key }) => [`providers.${key}.title`, `providers.${key}.help`]),
    ...(connecting?.stages ?? []).map((key) => `stages.${key}`),
  ];
  return ['title', 'description', ...settings, ...steps];
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
const COMMON_RULES = [
  'hostile-input-bounded',
  'limits-enforced',
  'secrets-never-shown',
  'check-names-the-field',
  'stops-cleanly',
  'locales-complete',
  'documented',
];

export const CHECKLIST_RULES: Readonly<Record<Plugin['manifest']['kind'], readonly string[]>> = {
  channel: [
    ...COMMON_RULES,
    'kept-before-confirmed',
    'duplicates-harmless',
    'interpreter-pure',
    'outcomes-per-recipient',
    'never-sent-twice',
  ],
  filter: [...COMMON_RULES, 'never-refuses', 'learning-corrects'],
  scanner: [...COMMON_RULES, 'never-refuses'],
};
