import { request } from 'node:http';

const boundary = '--------------------------a-bench-sends-this';

/**
 * Sends a file as a form, as fast as it is taken.
 *
 * @param {string} url
 * @param {Buffer} bytes
 * @param {(sent: number) => void} onProgress is told how many bytes the connection has taken
 * @returns {Promise<{status: number, body: any}>}
 */
export function sendForm(url, bytes, onProgress = () => undefined) {
  const head = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="bench.pdf"\r\ncontent-type: application/pdf\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return send(url, {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    pieces: [head, bytes, tail],
    onProgress,
  });
}

/** Sends a part as it is. */
export function sendPart(url, bytes) {
  const headers = { 'content-type': 'application/octet-stream' };
  return send(url, { method: 'PUT', headers, pieces: [bytes] });
}

const stepBytes = 256 * 1024;

function send(url, { method, headers, pieces, onProgress = () => undefined }) {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: { ...headers, 'content-length': length }, agent: false }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: answer.statusCode, body: text.startsWith('{') ? JSON.parse(text) : text });
      });
    });
    sent.on('error', reject);
    void write(sent, pieces, onProgress).catch(reject);
  });
}

async function write(sent, pieces, onProgress) {
  let done = 0;
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; from += stepBytes) {
      const step = piece.subarray(from, from + stepBytes);
      await new Promise((resolve, reject) => sent.write(step, (error) => (error ? reject(error) : resolve())));
      done += step.length;
      onProgress(done);
    }
  }
  sent.end();
}
