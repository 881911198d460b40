/** Locale keys of what we say ourselves of a delivery; `reason` says it in English for programs and logs. */
export const NOTES = {
  /** Stopped before its first attempt, because whoever wrote the message can no longer answer for it. */
  author_left: 'deliveries.note.author_left',
  blocked: 'deliveries.note.blocked',
  /** Taken by the next server, which reports that it still has it; the reason is what that server says. */
  delayed: 'deliveries.note.delayed',
  /** Not tried: the inbox is paused, or its channel is switched off. */
  held: 'deliveries.note.held',
  forwarded_gone: 'deliveries.note.forwarded_gone',
  infected: 'deliveries.note.infected',
  /** Put off until its time was over; the reason is what the other side said last. */
  expired: 'deliveries.note.expired',
  interrupted: 'deliveries.note.interrupted',
  no_answer: 'deliveries.note.no_answer',
  not_composed: 'deliveries.note.not_composed',
  broke: 'deliveries.note.broke',
  /** It was due when the backup was made that stands in the place of the data now: it may have been sent since. */
  restored: 'deliveries.note.restored',
  file_missing: 'deliveries.note.file_missing',
} as const;

/** With these the reason tells more, such as which file. */
const WITH_DETAILS: ReadonlySet<string> = new Set([NOTES.broke, NOTES.delayed, NOTES.expired, NOTES.file_missing]);
const OURS: ReadonlySet<string> = new Set(Object.values(NOTES));

/** Whether the note says all that the reason does. */
export const saysAll = (note: string | null): boolean => note !== null && OURS.has(note) && !WITH_DETAILS.has(note);
