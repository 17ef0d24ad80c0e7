import { IdentityEnv } from '@app/identity';
import { EnvChoice, EnvFlag, EnvInt, EnvNumber, EnvText, EnvUrl } from '@app/platform';

/** The gateway's configuration. */
export class GatewayEnv extends IdentityEnv {
  @EnvInt('Port of the public HTTP and Socket.IO server', { min: 1, max: 65_535 })
  SERVER_PORT = 3000;

  @EnvText('Address the server listens on')
  SERVER_HOST = '0.0.0.0';

  @EnvText('Origins that browsers may call from, with commas between them; all when not set')
  CORS_ORIGIN?: string;

  @EnvText('The same for /api alone; CORS_ORIGIN when not set')
  API_CORS_ORIGIN?: string;

  @EnvFlag('Serve the web UI of ELIZA_UI_DIR')
  ELIZA_UI_ENABLE = true;

  @EnvText('Folder of a built web UI, such as dist of @elizaos/client')
  ELIZA_UI_DIR?: string;

  @EnvChoice(
    ['OFF', 'LOCAL', 'DOCKER', 'PRODUCTION'],
    'Whether this runs in a trusted execution environment, and which',
  )
  TEE_MODE = 'OFF';

  @EnvText('Unix socket of the dstack guest agent')
  TEE_SOCKET = '/var/run/dstack.sock';

  @EnvUrl(
    ['http', 'https'],
    'The media-service: gateways hand requests for files on to it, workers the files that agents make; without it they do neither',
  )
  MEDIA_URL?: string;

  @EnvInt(
    'What may wait for a socket for some seconds, in kilobytes; one that reads more slowly has to connect again',
    { min: 64 },
  )
  SOCKET_BUFFER_KB = 1024;

  @EnvText('Largest JSON body, such as 2mb')
  EXPRESS_MAX_PAYLOAD = '2mb';

  @EnvInt('Turns a tenant may have in flight before its share is known', { min: 1 })
  TURN_DEFAULT_SHARE = 8;

  @EnvInt(
    'How long a request with transport http waits for its answer, in milliseconds; then it is told how to fetch it',
    {
      min: 1,
    },
  )
  ANSWER_WAIT_MS = 29_000;

  @EnvInt('How long a stream of server-sent events waits for its answer, in milliseconds', { min: 1 })
  ANSWER_STREAM_MS = 300_000;

  @EnvInt('How many callers may wait for answers at once', { min: 1 })
  ANSWER_WAITERS = 1_000;

  @EnvInt('Pause between the comments that keep a stream of server-sent events open, in milliseconds', { min: 100 })
  ANSWER_HEARTBEAT_MS = 15_000;

  @EnvNumber('Minutes without a message until a session ends', { min: 0.01, max: 10_080 })
  SESSION_DEFAULT_TIMEOUT_MINUTES = 30;

  @EnvNumber('The least timeout of a session that may be asked for, in minutes', { min: 0.01, max: 5_256_000 })
  SESSION_MIN_TIMEOUT_MINUTES = 5;

  @EnvNumber('The longest timeout of a session that may be asked for, in minutes', { min: 0.01, max: 5_256_000 })
  SESSION_MAX_TIMEOUT_MINUTES = 1_440;

  @EnvNumber('Minutes after which a session ends, however often it is renewed', { min: 0.01, max: 5_256_000 })
  SESSION_MAX_DURATION_MINUTES = 720;

  @EnvNumber('So many minutes before its end a session counts as near it', { min: 0, max: 5_256_000 })
  SESSION_WARNING_THRESHOLD_MINUTES = 5;

  @EnvNumber('Pause between sweeps of sessions and jobs that are long over, in minutes', { min: 0.01, max: 10_080 })
  SESSION_CLEANUP_INTERVAL_MINUTES = 5;

  @EnvNumber('How long sessions and jobs are kept after they are over, in minutes', { min: 0, max: 5_256_000 })
  SESSION_RETENTION_MINUTES = 1_440;

  @EnvInt('How long a request waits for the title of a conversation, in milliseconds', { min: 100, max: 29_000 })
  TITLE_WAIT_MS = 20_000;
}
