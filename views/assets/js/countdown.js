/* Counts the seconds during which a message can be taken back: <b data-left="8" data-words="za {s} s" data-over="…">. Every page that is swapped in says anew how many are left. */
const ends = new WeakMap();

function tick() {
  const parts = document.querySelectorAll('[data-left]');
  for (const part of parts) {
    const known = ends.get(part);
    const end = known?.said === part.dataset.left ? known.at : performance.now() + Number(part.dataset.left) * 1000;
    ends.set(part, { said: part.dataset.left, at: end });
    const left = Math.ceil((end - performance.now()) / 1000);
    part.textContent = left > 0 ? part.dataset.words.replace('{s}', left) : part.dataset.over;
    const undo = part.closest('.held')?.querySelector('[data-undo]');
    if (undo) undo.hidden = left <= 0;
  }
}

tick();
setInterval(tick, 500);
document.addEventListener('htmx:after:swap', tick);
