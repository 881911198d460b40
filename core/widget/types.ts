import type { AgentId } from '../lib/ids.ts';

export const SIDES = ['right', 'left'] as const;

/** The button on the company's website behind which customers write to it. */
export interface WidgetSettings {
  readonly isOn: boolean;
  /** Origins whose pages may show it ("https://firma.pl"); browsers refuse the frame everywhere else. */
  readonly sites: readonly string[];
  /** Six hexadecimal digits after "#". */
  readonly colour: string;
  readonly side: (typeof SIDES)[number];
  /** Distance from the side and from the bottom of the window, in CSS pixels. */
  readonly offsetX: number;
  readonly offsetY: number;
  /** Above the form; empty = the usual sentence in the visitor's language. */
  readonly greeting: string;
  /** Whether visitors see who is there: picture, first name and job title. */
  readonly showsAgent: boolean;
}

export const USUAL: WidgetSettings = {
  isOn: false,
  sites: [],
  colour: '#1f5f8b',
  side: 'right',
  offsetX: 20,
  offsetY: 20,
  greeting: '',
  showsAgent: true,
};

export const MAX_SITES = 20;
export const MAX_OFFSET = 400;
export const MAX_GREETING_CHARS = 200;

/** Who of the agents is shown to visitors. */
export interface Attendant {
  readonly id: AgentId;
  readonly firstName: string;
  readonly jobTitle: string;
  readonly hasPicture: boolean;
}
