/* A picture that is chosen or pasted is made small, and square where it has to be, before it is sent: what a camera wrote into it stays here. */
async function small(file, isSquare) {
  const image = await createImageBitmap(file);
  const side = Math.min(image.width, image.height);
  const [width, height] = isSquare ? [side, side] : [image.width, image.height];
  const scale = Math.min(1, (isSquare ? 256 : 480) / Math.max(width, height));
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [Math.ceil(width * scale), Math.ceil(height * scale)];
  const from = [(image.width - width) / 2, (image.height - height) / 2, width, height];
  canvas.getContext('2d').drawImage(image, ...from, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, 'image/webp', 0.9));
  return new File([blob], 'picture');
}

/* What cannot be read here goes as it is: the server says what is wrong with it. */
async function take(input, file) {
  const files = new DataTransfer();
  files.items.add(file.size > 5e6 ? file : await small(file, input.dataset.picture === 'square').catch(() => file));
  input.files = files.files;
  input.form.requestSubmit();
}

document.addEventListener('change', ({ target }) => target.dataset.picture && target.files[0] && take(target, target.files[0]));
document.addEventListener('paste', ({ clipboardData }) => {
  const file = [...clipboardData.files].find(({ type }) => type.startsWith('image/'));
  if (file) take(document.querySelector('[data-picture]'), file);
});
