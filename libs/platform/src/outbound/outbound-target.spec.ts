import { guardedFetch } from './guarded-fetch.js';
import { isPublicAddress } from './outbound-address.js';
import type { Resolver } from './outbound-target.js';

/** Names that a hostile tenant may have pointed anywhere, and one that is fine. */
const NAMES: Record<string, string[]> = {
  'public.test': ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'],
  'private.test': ['10.0.0.5'],
  'mixed.test': ['93.184.215.14', '192.168.1.1'],
  'mixed6.test': ['93.184.215.14', 'fd00::1'],
  'metadata.test': ['169.254.169.254'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'localhost.test': ['127.0.0.1'],
};
const resolve: Resolver = (host) =>
  Promise.resolve((NAMES[host] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
const NOT_ALLOWED = { name: 'FleetError', code: 'URL_NOT_ALLOWED' };

describe('a URL of a tenant is refused before anything is connected to', () => {
  test.each([
    ['loopback', 'http://127.0.0.1/'],
    ['loopback, any of it', 'http://127.8.9.10/'],
    ['loopback, short', 'http://127.1/'],
    ['loopback, decimal', 'http://2130706433/'],
    ['loopback, octal', 'http://0177.0.0.1/'],
    ['loopback, hexadecimal', 'http://0x7f.0x0.0x0.0x1/'],
    ['loopback, one hexadecimal number', 'http://0x7f000001/'],
    ['loopback, a dot behind it', 'http://127.0.0.1./'],
    ['loopback, percent signs', 'http://%31%32%37.0.0.1/'],
    ['loopback, full-width digits', 'http://１２７.0.0.1/'],
    ['loopback, ideographic dots', 'http://127。0。0。1/'],
    ['loopback, circled digits', 'http://①②⑦.⓪.⓪.①/'],
    ['loopback of IPv6', 'http://[::1]/'],
    ['loopback of IPv6, written out', 'http://[0:0:0:0:0:0:0:1]/'],
    ['no address at all', 'http://0.0.0.0/'],
    ['no address at all, short', 'http://0/'],
    ['no address at all of IPv6', 'http://[::]/'],
    ['private 10/8', 'http://10.1.2.3/'],
    ['private 172.16/12', 'http://172.31.255.255/'],
    ['private 192.168/16', 'https://192.168.0.1/'],
    ['private, octal', 'http://0300.0250.0.1/'],
    ['unique local of IPv6', 'http://[fd12:3456::1]/'],
    ['site-local of IPv6', 'http://[fec0::1]/'],
    ['link-local, where clouds keep credentials', 'http://169.254.169.254/latest/meta-data/'],
    ['the same, decimal', 'http://2852039166/latest/meta-data/'],
    ['the same, ideographic dots', 'http://169。254。169。254/latest/meta-data/'],
    ['the same in a container', 'http://169.254.170.2/v2/credentials'],
    ['the same of IPv6', 'http://[fd00:ec2::254]/latest/meta-data/'],
    ["Azure's agent of the host", 'http://168.63.129.16/'],
    ["Alibaba's metadata, in the shared range", 'http://100.100.100.200/'],
    ['link-local of IPv6', 'http://[fe80::1]/'],
    ['shared by a provider (CGNAT)', 'http://100.64.0.1/'],
    ['multicast', 'http://224.0.0.1/'],
    ['multicast of IPv6', 'http://[ff02::1]/'],
    ['broadcast', 'http://255.255.255.255/'],
    ['reserved', 'http://240.0.0.1/'],
    ['for benchmarks', 'http://198.18.0.1/'],
    ['for documentation', 'http://203.0.113.7/'],
    ['for documentation of IPv6', 'http://[2001:db8::1]/'],
    ['IPv4 mapped into IPv6', 'http://[::ffff:10.0.0.1]/'],
    ['IPv4 mapped, hexadecimal', 'http://[::ffff:7f00:1]/'],
    ['IPv4 in front of IPv6, the old way', 'http://[::127.0.0.1]/'],
    ['IPv4 behind NAT64', 'http://[64:ff9b::10.0.0.1]/'],
    ['IPv4 behind a local NAT64', 'http://[64:ff9b:1::10.0.0.1]/'],
    ['IPv4 in 6to4', 'http://[2002:7f00:1::]/'],
    ['IPv4 in Teredo', 'http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/'],
    ['a name without a domain', 'http://localhost/'],
    ['a name without a domain, with a dot', 'http://localhost./'],
    ['a service of the cluster', 'http://redis:6379/'],
    ['a name that leads to a private address', 'http://private.test/'],
    ['a name that leads to credentials', 'http://metadata.test/'],
    ['a name that leads to a mapped address', 'http://mapped.test/'],
    ['a name with one private address among others', 'http://mixed.test/'],
    ['a name with one private address of IPv6', 'http://mixed6.test/'],
    ['a name in other letters', 'http://ｌocalhost.test/'],
    ['a user before the host', 'http://public.test@127.0.0.1/'],
    ['a user and password', 'http://user:password@public.test/'],
    ['a user that looks like a host', 'http://127.0.0.1@public.test/'],
    ['a backslash that ends the host', 'http://127.0.0.1\\@public.test/'],
    ['a fragment that ends the host', 'http://127.0.0.1#@public.test/'],
    ['a port of another service', 'http://public.test:25/'],
    ['a port of ours', 'https://93.184.215.14:5432/'],
    ['a file', 'file:///etc/passwd'],
    ['gopher', 'gopher://public.test:6379/_FLUSHALL'],
    ['ftp', 'ftp://public.test/'],
    ['data', 'data:text/plain,hello'],
    ['a script', 'javascript:alert(1)'],
    ['a blob', 'blob:http://public.test/1'],
    ['a path', '/etc/passwd'],
    ['nothing', ''],
    ['no host', 'http://'],
    ['a number that is too large', 'http://4294967296/'],
    ['a line break in front of a header', 'http://public.test:80\r\nX: y@127.0.0.1/'],
  ])('%s: %s', async (_, url) => {
    await expect(guardedFetch({ resolve })(url)).rejects.toMatchObject(NOT_ALLOWED);
  });

  test('a host without an address cannot be reached', async () => {
    await expect(guardedFetch({ resolve })('http://nobody.test/')).rejects.toMatchObject({ code: 'UPSTREAM_FAILED' });
  });
});

describe('what is allowed', () => {
  test.each(['93.184.215.14', '172.32.0.1', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  const allowed = (allow: string, url: string) =>
    guardedFetch({ allow, resolve, headersMs: 300 })(url).then(
      () => true,
      (error: { code: string }) => error.code !== 'URL_NOT_ALLOWED',
    );

  test('an operator names hosts, with or without a port, addresses and networks', async () => {
    expect(await allowed('localhost.test', 'http://localhost.test:1/')).toBe(true);
    expect(await allowed('localhost.test:1', 'http://localhost.test:1/')).toBe(true);
    expect(await allowed('localhost.test:1', 'http://localhost.test:2/')).toBe(false);
    expect(await allowed('*.test', 'http://localhost.test:1/')).toBe(true);
    expect(await allowed('other.test, 127.0.0.0/8', 'http://localhost.test:1/')).toBe(true);
    expect(await allowed('127.0.0.1', 'http://127.0.0.1:1/')).toBe(true);
    expect(await allowed('::1', 'http://[::1]:1/')).toBe(true);
    expect(await allowed('127.0.0.2', 'http://127.0.0.1:1/')).toBe(false);
    expect(await allowed('test', 'http://localhost.test:1/')).toBe(false);
  });

  test('what is named does not open what is mapped onto it', async () => {
    expect(await allowed('127.0.0.0/8', 'http://[::ffff:127.0.0.1]:1/')).toBe(false);
  });

  test('credentials of a cloud are reached only under their own address', async () => {
    expect(await allowed('0.0.0.0/0', 'http://169.254.169.254/')).toBe(false);
    expect(await allowed('metadata.test', 'http://metadata.test/')).toBe(false);
  });

  test('a wrong list stops the process that reads it', () => {
    expect(() => guardedFetch({ allow: 'fine.test, http://wrong' })).toThrow('"http://wrong"');
  });
});
