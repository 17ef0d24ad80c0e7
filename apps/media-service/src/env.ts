import { IdentityEnv } from '@app/identity';
import { EnvChoice, EnvFlag, EnvInt, EnvText, EnvUrl } from '@app/platform';
import { withStorage } from '@app/storage';

/** The media-service's settings. The values the fields are born with are the defaults. */
export class MediaEnv extends withStorage(IdentityEnv) {
  @EnvInt('Port of the media-service', { max: 65_535 })
  readonly MEDIA_PORT: number = 3100;

  @EnvText('Address the media-service listens on')
  readonly MEDIA_HOST: string = '127.0.0.1';

  @EnvInt('Largest file that a form may upload, in megabytes', { min: 1, max: 5_000 })
  readonly UPLOAD_MAX_MB: number = 50;

  @EnvInt('Largest file that may be uploaded in parts, in megabytes', { min: 1, max: 48_000 })
  readonly UPLOAD_LARGEST_MB: number = 2_000;

  @EnvInt('For so many hours an upload in parts can be gone on with', { min: 1, max: 168 })
  readonly UPLOAD_OPEN_HOURS: number = 24;

  @EnvInt('How often is looked for uploads that are over, in milliseconds', { min: 50 })
  readonly UPLOAD_SWEEP_INTERVAL_MS: number = 30_000;

  @EnvInt('Within so many seconds an upload has to fill five megabytes while others wait, or end', { min: 1, max: 600 })
  readonly UPLOAD_PART_SECONDS: number = 30;

  @EnvFlag('Send readers of files on to the object store, under S3_PUBLIC_ENDPOINT, so that the bytes go past us')
  readonly MEDIA_REDIRECT: boolean = false;

  @EnvText('The malware scanner: host:port, or the path of a socket, of a clamd. Without it files are not scanned')
  readonly CLAMD_ADDRESS?: string;

  @EnvFlag('Refuse uploads while the scanner is away; else they are taken without being scanned')
  readonly SCAN_REQUIRED: boolean = true;

  @EnvInt('The largest file the scanner takes, in megabytes: StreamMaxLength of clamd. Larger ones are refused', {
    min: 1,
  })
  readonly SCAN_LARGEST_MB: number = 100;

  @EnvInt('How long the scanner may take for one file, in seconds', { min: 1, max: 600 })
  readonly SCAN_SECONDS: number = 30;

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

  @EnvInt('How often is looked for files that are to be deleted, in milliseconds', { min: 50 })
  readonly MEDIA_SWEEP_INTERVAL_MS: number = 5_000;

  @EnvText('The program espeak-ng, with its path')
  readonly ESPEAK_PROGRAM: string = '/usr/bin/espeak-ng';
}
