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

  @EnvUrl(['http', 'https'], 'A gateway, or what stands before all of them: where what is said to agents is handed in')
  readonly GATEWAY_URL: string = 'http://127.0.0.1:3000';

  @EnvChoice(
    ['openai', 'espeak'],
    'Speech of agents that choose none: a server of the OpenAI protocol, or espeak-ng on this machine. Without it openai when a server or key is set, else espeak when it is installed',
  )
  readonly SPEECH_PROVIDER?: string;

  @EnvUrl(['http', 'https'], 'OpenAI-compatible server for speech alone; OPENAI_BASE_URL when not set')
  readonly OPENAI_AUDIO_BASE_URL?: string;

  @EnvText('Its key; OPENAI_API_KEY when not set', { secret: true })
  readonly OPENAI_AUDIO_API_KEY?: string;

  @EnvUrl(['http', 'https'], 'OpenAI-compatible server (OpenAI, vLLM, LM Studio, …)')
  readonly OPENAI_BASE_URL?: string;

  @EnvText('Its key', { secret: true })
  readonly OPENAI_API_KEY?: string;

  @EnvText('Model that speaks; gpt-4o-mini-tts when not set')
  readonly OPENAI_TTS_MODEL?: string;

  @EnvText('Voice of agents that choose none; nova when not set')
  readonly OPENAI_TTS_VOICE?: string;

  @EnvText('Model that listens; gpt-4o-mini-transcribe when not set')
  readonly OPENAI_TRANSCRIPTION_MODEL?: string;

  @EnvText('The program ffmpeg, with its path; without it sound and films are stored and not looked into')
  readonly FFMPEG_PROGRAM: string = '/usr/bin/ffmpeg';

  @EnvInt('How often is looked for files that something is to be made of, in milliseconds', { min: 50 })
  readonly DERIVATION_INTERVAL_MS: number = 1_000;

  @EnvText('The program espeak-ng, with its path')
  readonly ESPEAK_PROGRAM: string = '/usr/bin/espeak-ng';
}
