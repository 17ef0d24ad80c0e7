import { EnvChoice, EnvFlag, EnvText, StoresEnv } from '@app/platform';

/** What a process needs that lets callers in: a process's own variables extend it. */
export class IdentityEnv extends StoresEnv {
  @EnvText('When set, every /api request needs it in the X-API-KEY header', { secret: true })
  ELIZA_SERVER_AUTH_TOKEN?: string;

  @EnvText('When set, every socket needs it in auth.apiKey or the X-API-KEY header', { secret: true })
  SERVER_API_KEY?: string;

  @EnvChoice(
    ['loopback', 'everybody', 'nobody'],
    'Who may come in without a credential where neither key is set; loopback when not set, but in production it must be',
  )
  OPEN_ACCESS?: 'loopback' | 'everybody' | 'nobody';

  @EnvText(
    'Proxies whose X-Forwarded-For and X-Forwarded-Host are believed: a number of hops, or loopback, linklocal, ' +
      'uniquelocal, addresses and networks with commas between them; none when not set',
  )
  TRUST_PROXY?: string;

  @EnvText('Domain under which each tenant has a host name, <slug>.<domain>')
  TENANT_DOMAIN?: string;

  @EnvText('Key of those who run the installation, for /api/admin and for stopping a gateway; nobody when not set', {
    secret: true,
  })
  OPERATOR_KEY?: string;

  @EnvText(
    'More keys of operators with their names, as name=key with commas between them; a name may stand there twice',
    {
      secret: true,
    },
  )
  OPERATOR_KEYS?: string;

  @EnvFlag('Hold callers to the limits of their plans; off is for measurements only')
  RATE_LIMITS = true;
}
