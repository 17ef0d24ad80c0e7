import { EnvChoice, EnvFlag, EnvInt, EnvText, EnvUrl } from '@app/platform';

/** When the client sends and checks checksums of its own. Some stores refuse those they do not know. */
const CHECKSUMS = ['supported', 'required'] as const;

/** Who encrypts objects at rest, besides the disk they lie on. */
const ENCRYPTIONS = ['none', 'AES256', 'aws:kms'] as const;

function extended(Variables: new () => object) {
  class WithStorage extends Variables {
    @EnvUrl(['http', 'https'], 'The S3 store', { required: true })
    readonly S3_ENDPOINT: string;

    @EnvUrl(
      ['http', 'https'],
      'The S3 store as browsers reach it: what they may ask of it themselves is signed for this address. S3_ENDPOINT when not set',
    )
    readonly S3_PUBLIC_ENDPOINT?: string;

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
    readonly UPLOAD_BUFFER_MB: number = 48;
  }
  return WithStorage;
}

/** What works on the object store reads. */
export class StorageEnv extends extended(class {}) {}

/** The variables of a process, and those of the object store: a class has one parent, and a process has one already. */
export function withStorage<Own extends object>(Variables: new () => Own): new () => Own & StorageEnv {
  return extended(Variables) as new () => Own & StorageEnv;
}
