import { storable } from '../../../core/lib/text.ts';

/** What clamd found in a stream; `too_large`: more than its StreamMaxLength, or than it looks into. */
export type Found = { readonly state: 'clean' } | { readonly state: 'infected'; readonly virus: string } | { readonly state: 'too_large' };

const MAX_NAME_CHARS = 200;
const FOUND = /^stream: (\S.*) FOUND$/;
/** With ExtendedDetectionInfo: hash and size behind the name. */
const DETAILS = /\([0-9a-f]{32}:\d+\)$/;
/** With AlertExceedsMax: not a virus, but something in it that was not looked at. */
const EXCEEDED = /^Heuristics\.Limits\.Exceeded/;

/** Null for anything but the result of a scan: then another clamd may know, or the same one later. */
export function readAnswer(line: string): Found | null {
  if (line === 'stream: OK') return { state: 'clean' };
  if (line === 'INSTREAM size limit exceeded. ERROR') return { state: 'too_large' };
  const name = FOUND.exec(line)?.[1]?.replace(DETAILS, '').trim();
  if (!name) return null;
  if (EXCEEDED.test(name)) return { state: 'too_large' };
  return { state: 'infected', virus: storable(name).slice(0, MAX_NAME_CHARS).toWellFormed() };
}

/** When the signatures were made, of "ClamAV 1.4.3/27482/Sat Nov 21 09:33:12 2026"; null when the answer does not say. */
export function signaturesMadeAt(version: string): Date | null {
  const [, text] = /^ClamAV [^/]{1,60}\/\d{1,9}\/([\w :]{10,40})$/.exec(version) ?? [];
  const at = new Date(`${text ?? ''} UTC`);
  return text === undefined || Number.isNaN(at.getTime()) ? null : at;
}
