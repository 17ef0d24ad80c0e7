import type { IncomingMessage } from 'node:http';
import { ProxyTrust, type Origin } from './proxy-trust.js';

function originOf(setting: string | undefined, remoteAddress: string, headers: Record<string, string> = {}): Origin {
  const request = { headers: { host: 'direct:3000', ...headers }, socket: { remoteAddress } };
  return new ProxyTrust(setting).originOf(request as unknown as IncomingMessage);
}

it('believes no forwarded header without being told whose', () => {
  const spoofed = { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'tenant.example' };
  expect(originOf(undefined, '203.0.113.9', spoofed)).toEqual({
    ...{ address: '203.0.113.9', host: 'direct:3000', isLocal: false },
  });
});

it('takes nobody for local who comes through a proxy it does not know', () => {
  expect(originOf(undefined, '127.0.0.1').isLocal).toBe(true);
  expect(originOf(undefined, '::ffff:127.0.0.1').isLocal).toBe(true);
  expect(originOf(undefined, '::1').isLocal).toBe(true);
  for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via', 'x-forwarded-host']) {
    expect(originOf(undefined, '127.0.0.1', { [name]: '127.0.0.1' }).isLocal).toBe(false);
  }
});

it('finds the client behind proxies it trusts, and not behind what the client wrote itself', () => {
  const forwarded = { 'x-forwarded-for': '127.0.0.1, 198.51.100.7, 10.1.2.3', 'x-forwarded-host': 'a.example' };
  expect(originOf('loopback, 10.0.0.0/8', '127.0.0.1', forwarded)).toEqual({
    ...{ address: '198.51.100.7', host: 'a.example', isLocal: false },
  });
  expect(originOf('1', '203.0.113.1', forwarded).address).toBe('10.1.2.3');
  expect(originOf('2', '203.0.113.1', forwarded).address).toBe('198.51.100.7');
  expect(originOf('loopback', '127.0.0.1', { 'x-forwarded-for': '127.0.0.1' }).isLocal).toBe(true);
  expect(originOf('loopback', '127.0.0.1', { 'x-forwarded-for': 'nonsense' }).isLocal).toBe(false);
});

it('takes nobody for local whose proxy is trusted and does not say whom it serves', () => {
  expect(originOf('loopback', '127.0.0.1').isLocal).toBe(true);
  for (const name of ['forwarded', 'x-real-ip', 'via', 'x-forwarded-host']) {
    expect(originOf('loopback', '127.0.0.1', { [name]: '127.0.0.1' }).isLocal).toBe(false);
  }
});

it('tells a service behind who calls, and of one in doubt that it is nobody here', () => {
  const told = (remoteAddress: string, headers: Record<string, string> = {}) =>
    new ProxyTrust().headersFor({
      ...{ headers: { host: 'direct:3000', ...headers }, socket: { remoteAddress } },
    } as unknown as IncomingMessage);
  const host = { 'x-forwarded-host': 'direct:3000' };
  expect(told('203.0.113.9', { 'x-forwarded-for': '127.0.0.1' })).toEqual({
    'x-forwarded-for': '203.0.113.9',
    ...host,
  });
  expect(told('127.0.0.1')).toEqual({ 'x-forwarded-for': '127.0.0.1', ...host });
  const inDoubt = told('127.0.0.1', { via: '1.1 somebody' });
  expect(originOf('loopback', '127.0.0.1', inDoubt).isLocal).toBe(false);
});

it.each(['true', 'everybody', '10.0.0.0/99', '300', '1,2'])('does not take %s for a setting', (setting) => {
  expect(() => new ProxyTrust(setting)).toThrow('TRUST_PROXY');
});
