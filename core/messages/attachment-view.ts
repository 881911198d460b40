import type { NamedAddress } from '../lib/email-address.ts';
import type { EventTime, Invitation } from '../plugins/contract.ts';
import { framedPictures } from './framed.ts';
import { previewKind } from './preview.ts';
import type { Attachment, EnclosedInList } from './types.ts';

/** Larger pictures have no small one in the list. */
const PREVIEW_BYTES = 5 * 1024 * 1024;

const FILE_ICONS: readonly (readonly [RegExp, string])[] = [
  [/^image\//, 'photo'],
  [/pdf/, 'file-type-pdf'],
  [/word|opendocument\.text|rtf/, 'file-text'],
  [/excel|spreadsheet|csv/, 'file-spreadsheet'],
  [/zip|compressed|tar/, 'file-zip'],
  [/calendar/, 'calendar-event'],
  [/^audio\//, 'music'],
  [/^video\//, 'video'],
  [/^message\//, 'mail'],
];

/** What a file of this type is drawn with. */
export const fileIcon = (contentType: string): string =>
  FILE_ICONS.find(([pattern]) => pattern.test(contentType.toLowerCase()))?.[1] ?? 'file';

/** What hangs on a message or on one within it: files to download, and cards of what they say. */
export interface AttachmentViews {
  readonly files: readonly ReturnType<typeof fileView>[];
  readonly cards: readonly (ReturnType<typeof enclosedView> | ReturnType<typeof invitationView>)[];
}

/** `framed`: pictures that the HTML shows are not listed again. What a file without a reading held (winmail.dat) stands beside it. `isInfected`: nothing is offered to be opened, else all but files with a virus of their own. */
export function attachmentViews(attachments: readonly Attachment[], framed: boolean, isInfected = false): AttachmentViews {
  const children = Map.groupBy(attachments, ({ inside }) => inside);
  const level = (inside: number | null): readonly Attachment[] =>
    (children.get(inside) ?? []).flatMap((one) => [
      one,
      ...(one.reading === null && children.has(one.position) ? level(one.position) : []),
    ]);
  const views = (inside: number | null, isFramed: boolean): AttachmentViews => {
    const here = level(inside);
    const framed: ReadonlySet<Attachment> = new Set(isFramed && !isInfected ? framedPictures(here.filter(({ inline }) => inline)) : []);
    return {
      files: here.filter((file) => !framed.has(file)).map((file) => fileView(file, isInfected || file.virus?.state === 'infected')),
      cards: withoutRepeated(here).flatMap(({ id, position, reading }) => {
        if (reading === null) return [];
        return [reading.kind === 'invitation' ? invitationView(id, reading) : enclosedView(id, reading, views(position, reading.hasHtml))];
      }),
    };
  };
  return views(null, framed);
}

/** Calendars send an invitation as a form of the mail and as a file beside it: the first of those that say the same is enough. */
function withoutRepeated(files: readonly Attachment[]): readonly Attachment[] {
  const said = new Set<string>();
  return files.filter(({ reading }) => {
    if (reading?.kind !== 'invitation') return true;
    const words = JSON.stringify(reading);
    return said.has(words) ? false : said.add(words);
  });
}

function enclosedView(id: number, reading: EnclosedInList, inside: AttachmentViews): EnclosedView {
  const { from, to, cc, subject, sentAt, text, textIsCut, hasHtml } = reading;
  return {
    kind: 'message',
    id,
    from: from.name ? `${from.name} <${from.address}>` : from.address,
    to: [...to, ...cc].map(({ name, address }: NamedAddress) => name || address).join(', '),
    subject,
    at: sentAt,
    text,
    cut: textIsCut && !hasHtml,
    frame: hasHtml,
    ...inside,
  };
}
interface EnclosedView extends AttachmentViews {
  readonly kind: 'message';
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly subject: string | null;
  readonly at: string | null;
  readonly text: string;
  readonly cut: boolean;
  readonly frame: boolean;
}

function invitationView(id: number, invitation: Invitation) {
  const { method, answer, title, location, organiser, attendees, start, end, repeats, more = 0 } = invitation;
  return {
    kind: 'invitation' as const,
    id,
    method: method === 'reply' && answer ? answer : method,
    title,
    location,
    organiser: organiser ? organiser.name || organiser.address : null,
    attendees,
    start,
    end: lastMoment(start, end),
    repeats: repeats && { ...repeats, weekdays: repeats.weekdays.map((day) => `2024-01-0${day}`) },
    more,
  };
}

/** The end as people say it: of whole days the last one; nothing where it says no more than the start. */
function lastMoment(start: EventTime | null, end: EventTime | null): EventTime | null {
  if (end === null || end.at === start?.at) return null;
  if (end.kind !== 'day') return end;
  const at = new Date(Date.parse(end.at) - 86_400_000).toISOString().slice(0, 10);
  return start && at <= start.at ? null : { kind: 'day', at };
}

function fileView(file: Attachment, isInfected: boolean) {
  const { id, filename, contentType, bytes } = file;
  const shows = isInfected ? null : previewKind(file);
  return {
    id,
    name: filename,
    isInfected,
    /** It was taken unscanned; null = nothing is known of it alone. */
    unscanned: file.virus?.state === 'unscanned' || file.virus?.state === 'skipped' ? file.virus.state : null,
    bytes,
    icon: FILE_ICONS.find(([pattern]) => pattern.test(contentType))?.[1] ?? 'file',
    shows,
    preview: shows === 'picture' && bytes <= PREVIEW_BYTES ? `/attachments/${id}?inline=small` : null,
  };
}
