const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A picture of one point. */
export function dot(): File {
  return new File([Buffer.from(PNG, 'base64')], 'dot.png', { type: 'image/png' });
}
