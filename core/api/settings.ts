import { z } from 'zod';
import { isTimeZone } from '../http/format.ts';
import { LANGUAGES } from '../lib/language.ts';
import { ATTACHMENTS, changeGeneral, MAX_UNDO_SECONDS, MESSAGE_MB, OTHER_SUBJECTS, readGeneral } from '../settings/general.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { named } from './schemas.ts';

const fields = {
  defaultLanguage: z.enum(LANGUAGES),
  timeZone: z.string().max(100).describe('IANA name.'),
  undoSeconds: z.int().min(0).max(MAX_UNDO_SECONDS).describe('For how long an agent’s message can be taken back.'),
  maxAttachments: z.int().min(ATTACHMENTS.least).max(ATTACHMENTS.most),
  maxMessageMb: z.int().min(MESSAGE_MB.least).max(MESSAGE_MB.most),
  otherSubject: z
    .enum(OTHER_SUBJECTS)
    .describe('What becomes of an answer under quite another subject: agents are asked, it is split off at once, or it stays.'),
};
const settings = named('Settings', z.strictObject(fields));
const changes = named(
  'SettingsChanges',
  z.strictObject({ ...fields, timeZone: fields.timeZone.refine(isTimeZone, 'is no time zone') }).partial(),
);

/** What holds for the whole company (Settings → General). */
export function settingsEndpoints(): readonly Endpoint[] {
  const view = ({ defaultLanguage, timeZone, undoSeconds, maxAttachments, maxMessageMb, otherSubject }: z.output<typeof settings>) => ({
    ...{ defaultLanguage, timeZone, undoSeconds, maxAttachments, maxMessageMb, otherSubject },
  });
  return [
    endpoint({
      method: 'GET',
      path: '/settings',
      summary: 'What is set for the whole company',
      response: settings,
      handle: async ({ scope }) => view(await readGeneral(scope)),
    }),
    endpoint({
      method: 'PATCH',
      path: '/settings',
      needs: 'administrator',
      summary: 'Change it, all or nothing',
      body: changes,
      response: settings,
      handle: async ({ scope, body }) => {
        await changeGeneral(scope, body);
        return view(await readGeneral(scope));
      },
    }),
  ];
}
