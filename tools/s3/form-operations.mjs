import { sendEmpty, sendXml } from './answer.mjs';
import { quoted } from './conditions.mjs';
import { S3Error } from './errors.mjs';
import { FormUpload } from './form-data.mjs';
import { storedHeaders } from './metadata.mjs';
import { checkPolicy } from './post-policy.mjs';
import { writeFile } from './receive.mjs';
import { authenticatePolicy } from './signature.mjs';

/** Takes a file from a browser's form. The form carries a signed policy in place of a signed request. */
export async function postObject({ store, request, response, credentials }) {
  const form = new FormUpload(request.body(), request.headers['content-type'] ?? '');
  await form.readFields();
  const fields = completeFields(form, request.bucket);
  authenticateFields(fields, credentials);
  const bucket = store.get(request.bucket);
  const { least, most } = checkPolicy(fields.policy, fields);
  const limit = (size) => {
    if (size > most) throw new S3Error('EntityTooLarge');
  };
  const object = await store.temporary.lend(async (file) => {
    const received = await writeFile(form, file, { headers: fields, limit });
    if (received.size < least) throw new S3Error('EntityTooSmall');
    return bucket.commit(file, { key: fields.key, headers: storedHeaders(fields), ...received });
  });
  answer(response, { fields, bucket, object });
}

function completeFields(form, bucket) {
  if (!form.fields.key) throw new S3Error('InvalidArgument', 'The form must contain a field named key.');
  // The policy judges the key as it will be, with the name of the file in it.
  return { ...form.fields, bucket, key: form.fields.key.replaceAll('${filename}', () => form.fileName) };
}

function authenticateFields(fields, credentials) {
  const [credential, date, signature] = ['credential', 'date', 'signature'].map((name) => fields[`x-amz-${name}`]);
  if (!fields.policy || !credential || !date || !signature) {
    throw new S3Error('AccessDenied', 'The form carries no signed policy.');
  }
  authenticatePolicy(fields.policy, { credential, date, signature }, credentials);
}

function answer(response, { fields, bucket, object }) {
  const headers = { etag: quoted(object.etag), location: `/${bucket.name}/${encodeURIComponent(object.key)}` };
  const redirect = URL.canParse(fields.success_action_redirect ?? '') && new URL(fields.success_action_redirect);
  if (redirect) {
    redirect.searchParams.append('bucket', bucket.name);
    redirect.searchParams.append('key', object.key);
    redirect.searchParams.append('etag', headers.etag);
    return sendEmpty(response, 303, { ...headers, location: redirect.href });
  }
  const status = { 200: 200, 201: 201 }[fields.success_action_status] ?? 204;
  if (status !== 201) return sendEmpty(response, status, headers);
  const content = { Location: headers.location, Bucket: bucket.name, Key: object.key, ETag: headers.etag };
  return sendXml(response, 'PostResponse', content, { status, headers });
}
