const SIDE_PX = 512;
const QUALITY = 0.86;

/** The middle of a picture as a square JPEG of 512 pixels, which is small enough for any server. */
export async function smallPhoto(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file);
  const side = Math.min(picture.width, picture.height);
  const size = Math.min(side, SIDE_PX);
  const canvas = document.createElement('canvas');
  canvas.width = size;
  canvas.height = size;
  const left = (picture.width - side) / 2;
  // A face stands in the upper half of most portraits.
  const top = (picture.height - side) / 3;
  canvas.getContext('2d')?.drawImage(picture, left, top, side, side, 0, 0, size, size);
  picture.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((made) => (made ? resolve(made) : reject(new Error('no picture'))), 'image/jpeg', QUALITY);
  });
}
