/* Asks before a text that speaks of an attachment goes without one, in Polish or English. Enter sends it. */
const SPOKEN = /(?<!\p{L})(w za[łl][ąa]czeniu|za[łl][ąa]cz(nik|am|ył|one|ony)|do[łl][ąa]cz(am|ył|one|ony)|attach(ed|ing|ment)|enclosed)/iu;
const dialog = document.getElementById('forgotten');
let waiting = null;

function forgets(form) {
  const own = form.elements.text.value.replace(/^>.*$/gm, '');
  return (
    SPOKEN.test(own) && !form.querySelector('input[type=file]').files.length && !form.querySelector('.ckept [name=dropped]:not(:checked)')
  );
}

window.addEventListener(
  'submit',
  (event) => {
    const { target: form, submitter } = event;
    if (!dialog || !form.matches('form.composer') || submitter?.hasAttribute('formaction')) return;
    if (waiting?.isAnswered || !forgets(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = { form, submitter };
    dialog.returnValue = '';
    dialog.showModal();
  },
  true,
);
/* The Enter of a held Ctrl+Enter is no answer. */
dialog?.addEventListener('keydown', (event) => (event.repeat || event.ctrlKey) && event.preventDefault());
dialog?.addEventListener('close', () => {
  const { form, submitter } = waiting;
  waiting = { isAnswered: true };
  if (dialog.returnValue === 'send') form.requestSubmit(submitter);
  else (form.querySelector('.edit') ?? form.elements.text).focus();
  waiting = null;
});
