import { isIP } from 'node:net';
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import type { DomainReport, DomainReportRow } from '../../../core/plugins/contract.ts';

const MAX_DEPTH = 12;
/** Rows of one report that are different from each other. */
const MAX_ROWS = 2000;
const MAX_VOUCHING = 5;
const MAX_COUNT = 1_000_000_000;

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  processEntities: false,
  maxNestedTags: MAX_DEPTH,
  isArray: (name, _path, isLeaf) => !isLeaf && (name === 'record' || name === 'dkim' || name === 'spf'),
});

const text = z.string().trim().min(1).max(255).transform(decoded);
const domain = z
  .string()
  .trim()
  .toLowerCase()
  .transform((name) => name.replace(/\.$/, ''))
  .pipe(
    z
      .string()
      .regex(/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/)
      .max(253),
  );
const seconds = z
  .string()
  .regex(/^\d{1,11}$/)
  .transform((value) => new Date(Number(value) * 1000));
const word = z.string().trim().toLowerCase();
const policy = z.enum(['none', 'quarantine', 'reject']);
const checked = z.array(z.object({ domain, result: word })).catch([]);

/** RFC 7489 appendix C and RFC 9990 appendix A, as far as it is kept; what else there is, is passed over. */
const FEEDBACK = z.object({
  feedback: z.object({
    report_metadata: z.object({
      org_name: text,
      report_id: text,
      date_range: z.object({ begin: seconds, end: seconds }),
    }),
    policy_published: z.object({ domain, p: word.pipe(policy) }),
    record: z.array(
      z.object({
        row: z.object({
          source_ip: z
            .string()
            .trim()
            .refine((value) => isIP(value) !== 0),
          count: z
            .string()
            .regex(/^\d{1,10}$/)
            .transform(Number)
            .pipe(z.number().min(1).max(MAX_COUNT)),
          policy_evaluated: z.object({ disposition: word.optional(), dkim: word.optional(), spf: word.optional() }),
        }),
        identifiers: z.object({ header_from: domain }),
        auth_results: z.object({ dkim: checked.optional(), spf: checked.optional() }).catch({}),
      }),
    ),
  }),
});

type Feedback = z.output<typeof FEEDBACK>['feedback'];

/** The report in an XML text, without the message it came in; null when it is none, is broken, or says more than can be kept. */
export function readXml(xml: string): Omit<DomainReport, 'message'> | null {
  // No report has a DTD; with it go entities, and everything outside.
  if (!/<(?:[\w-]+:)?feedback[\s>]/.test(xml.slice(0, 4096)) || /<!(?:DOCTYPE|ENTITY)/i.test(xml)) return null;
  const parsed = FEEDBACK.safeParse(tree(xml));
  if (!parsed.success) return null;
  const { report_metadata: about, policy_published: published, record } = parsed.data.feedback;
  const { begin, end } = about.date_range;
  const rows = mergedRows(record);
  if (begin > end || rows.length === 0 || rows.length > MAX_ROWS) return null;
  return {
    kind: 'domain-report',
    organisation: about.org_name,
    reportId: about.report_id,
    domain: published.domain,
    begin,
    end,
    policy: published.p,
    rows,
  };
}

function tree(xml: string): unknown {
  try {
    return parser.parse(xml, true);
  } catch {
    return null;
  }
}

/** Rows that say the same of the same address are one. */
function mergedRows(records: Feedback['record']): readonly DomainReportRow[] {
  const rows = new Map<string, DomainReportRow>();
  for (const record of records) {
    const row = rowOf(record);
    const { count, ...rest } = row;
    const key = JSON.stringify(rest);
    rows.set(key, { ...row, count: Math.min(MAX_COUNT, count + (rows.get(key)?.count ?? 0)) });
  }
  return [...rows.values()];
}

function rowOf({ row, identifiers, auth_results: seen }: Feedback['record'][number]): DomainReportRow {
  const { disposition, dkim, spf } = row.policy_evaluated;
  const passed = [...(seen.dkim ?? []), ...(seen.spf ?? [])].filter(({ result }) => result === 'pass');
  return {
    sourceIp: row.source_ip.trim().toLowerCase(),
    count: row.count,
    // RFC 9990 says `pass` where RFC 7489 said `none`.
    disposition: disposition === 'quarantine' || disposition === 'reject' ? disposition : 'none',
    spf: spf === 'pass',
    dkim: dkim === 'pass',
    headerFrom: identifiers.header_from,
    vouchedBy: [...new Set(passed.map((one) => one.domain))].slice(0, MAX_VOUCHING),
  };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The five entities that XML has of its own (XML 1.0 §4.6). */
function decoded(value: string): string {
  return value.replace(/&(amp|lt|gt|quot|apos);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
