import { IdentityEnv } from '@app/identity';
import { EnvChoice, EnvFlag, EnvInt, EnvText, EnvUrl } from '@app/platform';

/** When the client sends and checks checksums of its own. Some stores refuse those they do not know. */
export const CHECKSUMS = ['supported', 'required'] as const;

/** Who encrypts objects at rest, besides the disk they lie on. */
export const ENCRYPTIONS = ['none', 'AES256', 'aws:kms'] as const;

/** The media-service's settings. The values the fields are born with are the defaults. */
export class MediaEnv extends IdentityEnv {
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

  @EnvChoice(ENCRYPTIONS, 'Encryption that the store is asked for with every object')
  readonly S3_ENCRYPTION: (typeof ENCRYPTIONS)[number] = 'none';

  @EnvText('Name of the key that aws:kms encrypts with; the default key of the bucket when not set')
  readonly S3_KMS_KEY_ID?: string;

  @EnvInt('Memory for parts of uploads on their way to S3, per process, in megabytes', { min: 10, max: 65_536 })
  readonly UPLOAD_BUFFER_MB: number = 96;

  @EnvInt('Largest file that a form may upload, in megabytes', { min: 1, max: 5_000 })
  readonly UPLOAD_MAX_MB: number = 50;

  @EnvInt('Within so many seconds an upload has to fill five megabytes while others wait, or end', { min: 1, max: 600 })
  readonly UPLOAD_PART_SECONDS: number = 30;
}
