import ICAL from 'ical.js';
import { parseEmailAddress } from '../../../core/lib/email-address.ts';
import { storable } from '../../../core/lib/text.ts';
import {
  type EventTime,
  FREQUENCIES,
  INVITATION_ANSWERS,
  INVITATION_METHODS,
  type Invitation,
  type Repetition,
} from '../../../core/plugins/contract.ts';
import { cleanName } from './addresses.ts';
import { decodeText } from './charset.ts';
import { zoneNamed } from './time-zone.ts';

/** A larger file is a whole calendar, not an invitation. */
const MAX_BYTES = 512 * 1024;
const MAX_LINES = 10_000;
const MAX_TEXT_CHARS = 500;
/** Fifths are not in every month, and nobody but a program counts further, or from the end. */
const NTH = [1, 2, 3, 4, 5, -1];
const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** The first event of a calendar file; null when there is none, or the file is damaged or no calendar. Zones are never computed from rules in the file. */
export function readInvitation(content: Buffer): Invitation | null {
  if (content.length > MAX_BYTES) return null;
  const text = decodeText(content, 'utf-8').replace(/\r\n?/g, '\n');
  const begin = text.indexOf('BEGIN:VCALENDAR');
  if (begin === -1 || text.split('\n', MAX_LINES + 1).length > MAX_LINES) return null;
  try {
    const end = text.indexOf('END:VCALENDAR', begin);
    const calendar = new ICAL.Component(ICAL.parse(end === -1 ? `${text.slice(begin)}\nEND:VCALENDAR` : text.slice(begin, end + 13)));
    const event = calendar.getFirstSubcomponent('vevent');
    return event ? invitationOf(calendar, event) : null;
  } catch {
    return null;
  }
}

function invitationOf(calendar: ICAL.Component, event: ICAL.Component): Invitation {
  const said = String(calendar.getFirstPropertyValue('method') ?? '')
    .toLowerCase()
    .replace(/^add$/, 'request');
  const isCancelled = String(event.getFirstPropertyValue('status') ?? '').toUpperCase() === 'CANCELLED';
  const method = isCancelled ? 'cancel' : (INVITATION_METHODS.find((one) => one === said) ?? 'publish');
  const attendees = event.getAllProperties('attendee');
  const start = timeOf(event.getFirstProperty('dtstart'), calendar);
  // A day of a series that was moved is an event of the same name.
  const more = new Set(calendar.getAllSubcomponents('vevent').map((one) => String(one.getFirstPropertyValue('uid')))).size - 1;
  return {
    kind: 'invitation',
    method,
    answer: method === 'reply' ? answerOf(attendees[0]) : null,
    title: textOf(event, 'summary'),
    location: textOf(event, 'location'),
    organiser: personOf(event.getFirstProperty('organizer')),
    attendees: Math.min(attendees.length, 100_000),
    start,
    end: timeOf(event.getFirstProperty('dtend'), calendar) ?? after(start, event.getFirstProperty('duration')),
    repeats: repetitionOf(event.getFirstProperty('rrule')),
    ...(more > 0 ? { more } : {}),
  };
}

/** The end of what only says how long it lasts (RFC 5545 section 3.8.2.5); null where it does not. */
function after(start: EventTime | null, duration: ICAL.Property | null): EventTime | null {
  const [, , , lasts]: readonly unknown[] = duration?.toJSON() ?? [];
  if (start === null || typeof lasts !== 'string') return null;
  try {
    const long = Temporal.Duration.from(lasts);
    const at = Temporal.PlainDateTime.from(start.at.replace(/(?:\.\d+)?Z$/, '')).add(long);
    if (start.kind === 'day') return { kind: 'day', at: at.toPlainDate().toString() };
    return { ...start, at: start.kind === 'instant' ? `${at.toString({ fractionalSecondDigits: 3 })}Z` : at.toString() };
  } catch {
    return null;
  }
}

function textOf(event: ICAL.Component, name: string): string | null {
  const text = storable(String(event.getFirstPropertyValue(name) ?? '').slice(0, MAX_TEXT_CHARS * 2)).replace(
    /[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu,
    ' ',
  );
  return text.trim().slice(0, MAX_TEXT_CHARS).toWellFormed() || null;
}

function answerOf(attendee: ICAL.Property | undefined): Invitation['answer'] {
  const said = String(attendee?.getParameter('partstat') ?? '').toLowerCase();
  return INVITATION_ANSWERS.find((one) => one === said) ?? null;
}

function personOf(property: ICAL.Property | null): Invitation['organiser'] {
  if (!property) return null;
  const address = parseEmailAddress(String(property.getFirstValue() ?? '').replace(/^mailto:/i, ''));
  return address ? { address, name: cleanName(String(property.getParameter('cn') ?? '')) } : null;
}

/** Of the jCal form (RFC 7265) alone: `date` or `date-time` text, with the zone that the property names. */
function timeOf(property: ICAL.Property | null, calendar: ICAL.Component): EventTime | null {
  const [, parameters, type, value]: readonly unknown[] = property?.toJSON() ?? [];
  if (typeof value !== 'string' || !isDate(value)) return null;
  if (type === 'date' || value.length === 10) return { kind: 'day', at: value.slice(0, 10) };
  if (value.endsWith('Z')) return { kind: 'instant', at: new Date(value).toISOString() };
  const tzid = typeof parameters === 'object' && parameters !== null && 'tzid' in parameters ? String(parameters.tzid) : null;
  const zone = tzid === null ? null : (zoneNamed(tzid) ?? zoneNamed(String(zoneNote(calendar, tzid))));
  if (zone === null) return { kind: 'local', at: value, zone: tzid === null ? null : cleanName(tzid) };
  return {
    kind: 'instant',
    at: Temporal.PlainDateTime.from(value).toZonedDateTime(zone).toInstant().toString({ fractionalSecondDigits: 3 }),
  };
}

/** What the file says of its own zone in IANA's words. */
function zoneNote(calendar: ICAL.Component, tzid: string): unknown {
  const zone = calendar.getAllSubcomponents('vtimezone').find((one) => one.getFirstPropertyValue('tzid') === tzid);
  return zone?.getFirstPropertyValue('x-lic-location') ?? '';
}

function isDate(value: string): boolean {
  const [, year] = /^(\d{4})-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}Z?)?$/.exec(value) ?? [];
  return (
    year !== undefined &&
    Number(year) >= 1900 &&
    Number(year) < 2200 &&
    !Number.isNaN(Date.parse(value.replace(/Z?$/, value.length > 10 ? 'Z' : '')))
  );
}

function repetitionOf(property: ICAL.Property | null): Repetition | null {
  const [, , , rule]: readonly unknown[] = property?.toJSON() ?? [];
  if (typeof rule !== 'object' || rule === null) return null;
  const part = (name: string): unknown => Object.entries(rule).find(([key]) => key.toLowerCase() === name)?.[1];
  const frequency = FREQUENCIES.find((one) => one === String(part('freq') ?? '').toLowerCase());
  if (!frequency) return null;
  const until = String(part('until') ?? '').slice(0, 10);
  return {
    frequency,
    interval: wholeNumber(part('interval')) ?? 1,
    ...weekdaysOf([part('byday') ?? []].flat().map(String), part('bysetpos')),
    count: wholeNumber(part('count')),
    until: isDate(until) ? until : null,
  };
}

/** `2TU`, or TU as the second of its set, is the second Tuesday alone; what cannot be said so is not said at all. */
function weekdaysOf(days: readonly string[], place: unknown): Pick<Repetition, 'weekdays' | 'nth'> {
  const numbers = [...new Set(days.map((day) => WEEKDAYS.indexOf(day.slice(-2)) + 1))].filter((day) => day > 0).sort((a, b) => a - b);
  const places = [
    ...days.flatMap((day) => (day.length > 2 ? [day.slice(0, -2)] : [])),
    ...(place === undefined ? [] : [place].flat().map(String)),
  ];
  if (places.length === 0) return { weekdays: numbers };
  const nth = NTH.find((one) => one === Number(places[0]));
  return nth !== undefined && days.length === 1 && places.length === 1 ? { weekdays: numbers, nth } : { weekdays: [] };
}

function wholeNumber(value: unknown): number | null {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 && number < 1_000_000 ? number : null;
}
