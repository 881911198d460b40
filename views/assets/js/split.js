/* Edges of panes that can be dragged, or moved by arrow keys; the width is remembered in this browser. */
const LIMITS = { list: [280, 620], ctx: [220, 460] };

function apply(name, width) {
  const [least, most] = LIMITS[name];
  const px = Math.min(most, Math.max(least, Math.round(width)));
  document.querySelector('.panes')?.style.setProperty(`--${name}`, `${px}px`);
  return px;
}

function restore() {
  for (const name of Object.keys(LIMITS)) {
    const width = Number(localStorage.getItem(`pane-${name}`));
    if (width > 0) apply(name, width);
  }
}

document.addEventListener('pointerdown', (event) => {
  const grip = event.target.closest?.('.grip');
  if (!grip) return;
  event.preventDefault();
  const { grip: name } = grip.dataset;
  const begin = grip.parentElement.getBoundingClientRect();
  const move = ({ clientX }) => localStorage.setItem(`pane-${name}`, apply(name, clientX - begin.left));
  grip.setPointerCapture(event.pointerId);
  grip.addEventListener('pointermove', move);
  grip.addEventListener('pointerup', () => grip.removeEventListener('pointermove', move), { once: true });
});
document.addEventListener('keydown', ({ key, target }) => {
  if (!target.matches?.('.grip') || !key.startsWith('Arrow')) return;
  const { grip: name } = target.dataset;
  const width = target.parentElement.offsetWidth + (key === 'ArrowRight' ? 20 : -20);
  localStorage.setItem(`pane-${name}`, apply(name, width));
});
restore();
