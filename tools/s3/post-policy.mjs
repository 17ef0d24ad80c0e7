import { S3Error } from './errors.mjs';

// These carry the policy itself or are not stored, so a policy need not mention them.
const exempt = new Set(['policy', 'file', 'x-amz-signature', 'awsaccesskeyid', 'signature']);

/**
 * Checks the fields of a form against the policy document its owner signed.
 * @param {string} encoded the policy as the form carries it
 * @param {Record<string, string>} fields by lower-case name, with the bucket among them
 * @param {number} [now]
 * @returns {{ least: number, most: number }} how long the file may be
 */
export function checkPolicy(encoded, fields, now = Date.now()) {
  const { expiration, conditions } = parse(encoded);
  if (!(now < Date.parse(expiration)))
    throw new S3Error('AccessDenied', 'Invalid according to Policy: Policy expired.');
  const mentioned = new Set();
  let length = { least: 0, most: Infinity };
  for (const [operator, target, value] of conditions.flatMap(normalise)) {
    if (operator === 'content-length-range') {
      length = { least: Math.max(length.least, Number(target)), most: Math.min(length.most, Number(value)) };
      continue;
    }
    const name = target.replace(/^\$/, '').toLowerCase();
    mentioned.add(name);
    if (!holds(operator, fields[name] ?? '', value)) {
      throw new S3Error(
        'AccessDenied',
        `Invalid according to Policy: Policy Condition failed: ${JSON.stringify([operator, target, value])}`,
      );
    }
  }
  refuseExtra(fields, mentioned);
  return length;
}

function parse(encoded) {
  try {
    const policy = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
    if (Array.isArray(policy.conditions)) return policy;
  } catch {
    // It is answered below, like a document without conditions.
  }
  throw new S3Error('InvalidPolicyDocument', 'The policy document is not valid.');
}

/** `{ "acl": "private" }` is short for `["eq", "$acl", "private"]`. */
function normalise(condition) {
  if (!Array.isArray(condition)) {
    return Object.entries(condition).map(([name, value]) => ['eq', `$${name}`, String(value)]);
  }
  const [operator, target, value] = condition;
  return [[String(operator).toLowerCase(), String(target), String(value)]];
}

function holds(operator, actual, expected) {
  if (operator === 'eq') return actual === expected;
  if (operator === 'starts-with') return actual.startsWith(expected);
  throw new S3Error('InvalidPolicyDocument', `The policy has an unknown operator: ${operator}`);
}

// A field the signer never saw could change the type of the object, or where the browser is sent.
function refuseExtra(fields, mentioned) {
  const extra = Object.keys(fields).filter(
    (name) => !mentioned.has(name) && !exempt.has(name) && name !== 'bucket' && !name.startsWith('x-ignore-'),
  );
  if (extra.length === 0) return;
  throw new S3Error('AccessDenied', `Invalid according to Policy: Extra input fields: ${extra.join(', ')}`);
}
