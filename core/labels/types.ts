import type { LabelId } from '../lib/ids.ts';

/** Each has a background and an ink for light and for dark screens in views/assets/css/labels.css. */
export const COLOURS = ['red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple', 'pink', 'brown', 'grey'] as const;
export type Colour = (typeof COLOURS)[number];

export const MAX_NAME_CHARS = 60;
/** So many are chosen from by a person who reads them. */
export const MAX_LABELS = 200;
/** On one conversation. */
export const MAX_APPLIED = 30;

/** A coloured word on conversations (*etykieta*). */
export interface Label {
  readonly id: LabelId;
  readonly name: string;
  readonly colour: Colour;
}

/** The same among the others, in the order that an administrator gave them. */
export interface KnownLabel extends Label {
  /** Conversations that bear it, whatever their status. */
  readonly conversationCount: number;
}

/** A label on one conversation: since when, and who put it there; null = the machine. */
export interface AppliedLabel extends Label {
  readonly at: Date;
  readonly by: string | null;
}

/** Where a label stands after it was removed: its rows are still there for a day, or on their way to another label. */
export interface RemovedLabel {
  readonly removedAt: Date | null;
  readonly mergedIntoId: LabelId | null;
}
