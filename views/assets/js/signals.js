/* A sound and a note of the operating system for what the bell has just learned: once, however many tabs are open. */
const LAST = 'centrala-signalled';

/* Two short tones, or five times as many. A browser that nobody has clicked in yet stays silent. */
function ring(length) {
  const audio = new AudioContext();
  if (audio.state !== 'running') return void audio.close();
  const times = length === 'long' ? 5 : 1;
  for (let n = 0; n < times * 2; n += 1) {
    const [at, pitch] = [Math.floor(n / 2) * 0.8 + (n % 2) * 0.13, n % 2 ? 880 : 660];
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    const start = audio.currentTime + at;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.2, start + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.24);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.25);
  }
  setTimeout(() => audio.close(), times * 800);
}

function show({ title, body, href, tag }) {
  const note = new Notification(title, { body, tag });
  note.onclick = () => {
    window.focus();
    location.assign(href);
    note.close();
  };
}

const desktop = () => (!('Notification' in window) || !isSecureContext ? 'unavailable' : Notification.permission);

function signal(found) {
  const last = localStorage.getItem(LAST) ?? '';
  const fresh = found.filter(({ at }) => at > last);
  if (fresh.length === 0) return;
  const times = fresh.map(({ at }) => at).sort();
  localStorage.setItem(LAST, times.at(-1));
  const loud = fresh.find(({ sound }) => sound !== undefined);
  if (loud) ring(loud.sound);
  if (desktop() === 'granted') for (const one of fresh) if (one.desktop !== undefined) show(one);
}

document.addEventListener('htmx:after:swap', () => {
  const found = [...document.querySelectorAll('.bell [data-signal]')].map(({ dataset }) => ({ ...dataset }));
  if (found.length === 0) return;
  if (navigator.locks) navigator.locks.request(LAST, () => signal(found));
  else signal(found);
});

/* The page of choices: what this browser allows, asked for only by a click. */
const part = document.querySelector('[data-desktop]:not([data-signal])');
function tellState() {
  part.hidden = false;
  for (const one of part.querySelectorAll('[data-when]')) one.hidden = one.dataset.when !== desktop();
}
if (part) {
  tellState();
  part.querySelector('[data-ask]').addEventListener('click', () => Notification.requestPermission().then(tellState));
}
document.addEventListener('click', ({ target }) => {
  const button = target.closest?.('[data-ring]');
  if (button) ring(button.dataset.ring);
});
