import test from 'ava';
import type { Agent } from '../../core/agents/types.ts';
import { backupNotice } from '../../core/backups/notice.ts';
import { PROBLEMS } from '../../core/backups/types.ts';
import { formatBytes } from '../../core/http/format.ts';
import { quotaNotice } from '../../core/quota/notice.ts';
import { noticeMail } from '../../core/system-mail/notice.ts';
import { strictRenderer } from '../support/render.ts';

const LINK = 'https://centrala.firma.test/backups';
const when = (at: Date): string => at.toISOString().slice(0, 10);

test('an administrator reads in his language what is wrong with the backups, and what the limits of storage have come to', (t) => {
  const renderer = strictRenderer();
  for (const language of ['pl', 'en'] as const) {
    const agent = { email: 'anna@firma.test', firstName: 'Anna', lastName: '', language } as Agent;
    const words = renderer.translator(language);
    for (const problem of PROBLEMS) {
      const alarm = { kind: 'failed', verifiedAt: new Date('2026-11-26T01:30:00Z'), problem, detail: 'a <b>file</b> differs' } as const;
      const notice = backupNotice(words, { alarm, when, link: LINK, companyName: 'Firma' });
      const mail = noticeMail(renderer, agent, 'Firma', notice);
      t.regex(mail.subject, language === 'pl' ? /^Firma: kopia zapasowa/ : /^Firma: the backup/);
      t.true(mail.text.includes('2026-11-26') && mail.text.includes('a <b>file</b> differs') && mail.text.includes(LINK));
      t.true(mail.html.includes('a &lt;b&gt;file&lt;/b&gt; differs') && mail.html.includes(`href="${LINK}"`));
      t.notRegex(mail.text, /backups\.|\{\w+\}/);
    }
    const old = backupNotice(words, {
      alarm: { kind: 'old', verifiedAt: null, problem: null, detail: null },
      when,
      link: LINK,
      companyName: '',
    });
    t.is(old.lines.length, 1);
    t.true(old.heading.startsWith('Centrala: '));
    const quotas = [{ inboxId: null, used: 96, received: 90, sent: 6, files: 0, spam: 0, limit: 100, percent: 96 }];
    const tight = quotaNotice(words, {
      quotas,
      nameOfInbox: String,
      sizeOf: (bytes) => formatBytes(bytes, language),
      link: LINK,
      companyName: 'Firma',
    });
    t.regex(tight.lines.join(), /96%/);
    t.notRegex(noticeMail(renderer, agent, 'Firma', tight).text, /quota\.|\{\w+\}/);
  }
});
