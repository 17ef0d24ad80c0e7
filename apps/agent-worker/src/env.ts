import { EnvChoice, EnvInt, EnvNumber, EnvText, EnvUrl, StoresEnv } from '@app/platform';

/** The agent-worker's configuration. */
export class WorkerEnv extends StoresEnv {
  @EnvInt('Port of the health answers', { min: 1, max: 65_535 })
  WORKER_PORT = 3200;

  @EnvText('Address the health answers listen on')
  WORKER_HOST = '127.0.0.1';

  @EnvInt('Turns a worker runs at once', { min: 1, max: 10_000 })
  WORKER_SLOTS = 50;

  @EnvInt('How long a worker holds a turn without renewing, in milliseconds', { min: 200 })
  TURN_LEASE_MS = 4_000;

  @EnvInt('The longest a turn may take, in milliseconds', { min: 1_000 })
  TURN_TIMEOUT_MS = 300_000;

  @EnvUrl(
    ['http', 'https'],
    'The media-service: gateways hand requests for files on to it, workers the files that agents make; without it they do neither',
  )
  MEDIA_URL?: string;

  @EnvInt('After how many attempts a turn fails', { min: 1, max: 100 })
  TURN_MAX_ATTEMPTS = 5;

  @EnvInt('Wait before the second attempt of a turn, in milliseconds; doubles with each further one', { min: 0 })
  TURN_RETRY_MS = 500;

  @EnvInt('After how long a released turn that nobody claimed is enqueued again, in milliseconds', { min: 100 })
  TURN_UNCLAIMED_MS = 10_000;

  @EnvInt('How often a worker looks for turns that are due or were left behind, in milliseconds', { min: 50 })
  SWEEP_INTERVAL_MS = 1_000;

  @EnvInt('Turns a tenant may have in flight before its share is known', { min: 1 })
  TURN_DEFAULT_SHARE = 8;

  @EnvInt('Messages of history a turn is given', { min: 1, max: 1_000 })
  TURN_HISTORY = 40;

  @EnvInt('How many agents may answer each other in a row', { min: 0, max: 100 })
  MAX_AGENT_CHAIN = 3;

  @EnvInt('Pieces of a reply are gathered for this long, in milliseconds; with 0 each goes out as it comes', {
    min: 0,
    max: 1_000,
  })
  CHUNK_INTERVAL_MS = 30;

  @EnvInt('How many days the logs of agents are kept where a plan does not say', { min: 1, max: 3_650 })
  LOG_RETENTION_DAYS = 30;

  @EnvInt('How long running turns may go on when the worker stops, in milliseconds; what is left is handed back', {
    min: 0,
  })
  SHUTDOWN_GRACE_MS = 5_000;

  @EnvChoice(
    ['classic', 'openai', 'scripted'],
    'Model of agents that choose none: the offline ELIZA, an OpenAI-compatible server, or a deterministic one for tests. Without it openai when a server or key is set, else classic',
  )
  MODEL_PROVIDER?: string;

  @EnvInt('A model that says nothing for so long is given up, in milliseconds', { min: 100 })
  MODEL_IDLE_TIMEOUT_MS = 60_000;

  @EnvUrl(['http', 'https'], 'OpenAI-compatible server (OpenAI, vLLM, LM Studio, …)')
  OPENAI_BASE_URL?: string;

  @EnvText('Its key', { secret: true })
  OPENAI_API_KEY?: string;

  @EnvText('Model that answers people')
  OPENAI_LARGE_MODEL?: string;

  @EnvText('Model for quick decisions; the large one when not set')
  OPENAI_SMALL_MODEL?: string;

  @EnvText('Key of OpenRouter', { secret: true })
  OPENROUTER_API_KEY?: string;

  @EnvUrl(['http', 'https'], 'Address of OpenRouter')
  OPENROUTER_BASE_URL?: string;

  @EnvText('Model at OpenRouter that answers people')
  OPENROUTER_LARGE_MODEL?: string;

  @EnvText('Model at OpenRouter for quick decisions')
  OPENROUTER_SMALL_MODEL?: string;

  @EnvUrl(['http', 'https'], 'Address of Ollama')
  OLLAMA_API_ENDPOINT?: string;

  @EnvText('Model at Ollama that answers people')
  OLLAMA_LARGE_MODEL?: string;

  @EnvText('Model at Ollama for quick decisions')
  OLLAMA_SMALL_MODEL?: string;

  @EnvInt('Pause of the offline ELIZA before each word, in milliseconds')
  CLASSIC_DELAY_MS = 0;

  @EnvInt('Scripted model: time to the first piece, in milliseconds')
  SCRIPTED_LATENCY_MS = 0;

  @EnvInt('Scripted model: pieces of an answer', { min: 1 })
  SCRIPTED_CHUNKS = 4;

  @EnvNumber('Scripted model: tokens per second; 0 is at once')
  SCRIPTED_TOKENS_PER_SECOND = 0;

  @EnvNumber('Scripted model: part of the calls that fail', { max: 1 })
  SCRIPTED_FAILURE_RATE = 0;

  @EnvText('Scripted model: decides which calls fail')
  SCRIPTED_SEED = '1';
}
