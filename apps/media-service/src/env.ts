import { EnvChoice, EnvFlag, EnvInt, EnvText, EnvUrl, LOG_LEVELS } from '@app/platform';

/** When the client sends and checks checksums of its own. Some stores refuse those they do not know. */
export const CHECKSUMS = ['supported', 'required'] as const;

/** The media-service's settings. The values the fields are born with are the defaults. */
export class MediaEnv {
  @EnvInt('Port of the media-service', { max: 65_535 })
  readonly MEDIA_PORT: number = 3100;

  @EnvText('Address the media-service listens on')
  readonly MEDIA_HOST: string = '127.0.0.1';

  @EnvUrl(['http', 'https'], 'The S3 store', { required: true })
  readonly S3_ENDPOINT: string;

  @EnvText('Region that S3 requests are signed for')
  readonly S3_REGION: string = 'us-east-1';

  @EnvText('Bucket for all objects of all tenants; it is made when missing')
  readonly S3_BUCKET: string = 'eliza';

  @EnvText('Name of the S3 key', { required: true })
  readonly S3_ACCESS_KEY_ID: string;

  @EnvText('The S3 key', { required: true, secret: true })
  readonly S3_SECRET_ACCESS_KEY: string;

  @EnvFlag('Put the bucket into the path and not into the host name')
  readonly S3_FORCE_PATH_STYLE: boolean = true;

  @EnvChoice(CHECKSUMS, 'Checksums on every request that supports them, or only where S3 demands them')
  readonly S3_CHECKSUMS: (typeof CHECKSUMS)[number] = 'supported';

  @EnvChoice(LOG_LEVELS, 'How much is logged')
  readonly LOG_LEVEL: (typeof LOG_LEVELS)[number] = 'info';
}
