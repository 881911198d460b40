/* A talk with a visitor of the company's website, in the frame of the widget. Part of contract.ts, which plugins import. */
import type { NamedAddress } from '../lib/email-address.ts';
import type { VisitorLetter } from './contract-door.ts';

/** What a visitor wrote in a running talk. Every text is his own: bounded, of characters that can be stored, and not to be trusted. */
export interface VisitorLine {
  /** Unguessable, and the same however often the line is sent. */
  readonly externalId: string;
  /** The address stands for his window; the name is as he says himself, null = not said. */
  readonly from: NamedAddress;
  readonly text: string;
  /** Ids of the lines before it in his window, ours too, the newest first: where they are now, this one belongs. */
  readonly before: readonly string[];
}

/** Whether a visitor is asked for his name and e-mail after his first words; `required`: nothing is taken before he gave them. */
export const VISITOR_QUESTIONS = ['nothing', 'optional', 'required'] as const;
export type VisitorQuestions = (typeof VISITOR_QUESTIONS)[number];

/** What makes an inbox of a channel one that visitors talk with, live. */
export interface VisitorTalk<Settings> {
  asks(settings: Settings): VisitorQuestions;
  /** Writes a line down as it is kept. The same line gives the same bytes. */
  write(line: VisitorLine): VisitorLetter;
}

/** Who a message is put in front of: a visitor who looks, one who closed the window but was on the website a moment ago, one who left and may come back, or a talk that is over. */
export type VisitorReach = 'there' | 'closed' | 'away' | 'gone';
