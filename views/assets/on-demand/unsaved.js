/* Asks before a page is left on which somebody wrote something long that was not saved. */
const form = document.querySelector('[data-unsaved]');
let isTouched = form.querySelector('[aria-invalid=true]') !== null;

form.addEventListener('input', () => {
  isTouched = true;
});
window.addEventListener('submit', (event) => {
  if (!event.defaultPrevented && event.target.closest('main')) isTouched = false;
});
window.addEventListener('beforeunload', (event) => isTouched && event.preventDefault());
