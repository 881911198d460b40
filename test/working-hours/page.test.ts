import test from 'ava';
import { readHolidays } from '../../core/working-hours/holidays.ts';
import { readWorkingHours } from '../../core/working-hours/save.ts';
import { USUAL_DAYS } from '../../core/working-hours/types.ts';
import { accountsWeb } from '../support/accounts.ts';

const FORM = {
  mondayFrom: '09:00',
  mondayUntil: '17:30',
  saturdayFrom: '20:00',
  saturdayUntil: '00:00',
  holidays: '25.12.\n2026-12-24',
};

test('working hours are Monday to Friday from 8 to 17 until an administrator sets them', async (t) => {
  const web = await accountsWeb(t);
  const { client } = await web.agent('Ewa', 'administrator');
  t.deepEqual(await readWorkingHours(web.scope), { timeZone: 'Europe/Warsaw', days: USUAL_DAYS, holidays: [] });
  const { text } = await client.get('/working-hours');
  t.regex(text, /name="mondayFrom" value="08:00"/);
  t.regex(text, /name="saturdayFrom" value=""/);
  t.true(text.includes('Teraz trwają godziny pracy.'));
  t.is((await client.post('/working-hours', FORM)).location, '/working-hours');
  const { days, holidays } = await readWorkingHours(web.scope);
  t.deepEqual(days, [{ from: 540, until: 1050 }, null, null, null, null, { from: 1200, until: 1440 }, null]);
  t.deepEqual(holidays, ['12-25', '2026-12-24']);
  const saved = (await client.get('/working-hours')).text;
  t.regex(saved, /name="saturdayUntil" value="00:00"/);
  t.true(saved.includes('Teraz jest poza godzinami pracy.'));
  for (const wrong of [
    { mondayUntil: '' },
    { mondayFrom: '18:00' },
    { mondayFrom: '25:00' },
    { holidays: '30.02.' },
    { holidays: 'Wigilia' },
    { holidays: Array.from({ length: 201 }, (_, n) => `${2000 + n}-12-24`).join('\n') },
  ]) {
    const { status, text: again } = await client.post('/working-hours', { ...FORM, ...wrong });
    t.is(status, 422, JSON.stringify(wrong).slice(0, 80));
    t.true(again.includes('aria-invalid="true"'), JSON.stringify(wrong).slice(0, 80));
  }
  t.deepEqual((await readWorkingHours(web.scope)).days, days, 'nothing changed');
});

test('a stored value that is no working hours is as if none were set', async (t) => {
  const web = await accountsWeb(t);
  await web.scope.db('settings').insert({ key: 'working_hours', value: '{"days":[1]}', updated_at: '' });
  t.deepEqual((await readWorkingHours(web.scope)).days, USUAL_DAYS);
});

test('days off are read as people write dates', (t) => {
  t.deepEqual(readHolidays('24.12.2026, 1-1; 29.02.\n\n2026-05-01\n01.05.2026'), {
    days: ['01-01', '02-29', '2026-05-01', '2026-12-24'],
    wrong: null,
  });
  for (const wrong of ['29.02.2027', '2026-13-01', 'x', '1.1.1']) t.is(readHolidays(`1.1.\n${wrong}`).wrong, wrong);
});
