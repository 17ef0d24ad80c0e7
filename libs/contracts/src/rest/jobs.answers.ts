import type { JsonObject } from '../character.js';
import type { Uuid } from '../ids.js';

/** A job that was made: ask for it again until it is over. */
export class JobCreated {
  jobId: Uuid;
  status: 'pending' | 'processing' | 'completed' | 'failed' | 'timeout';
  /** Epoch milliseconds. */
  createdAt: number;
  /** When it counts as `timeout` if nothing came until then, in epoch milliseconds. */
  expiresAt: number;
}

/** What the agent said. */
export class JobReply {
  id: Uuid;
  content: string;
  authorId: Uuid;
  createdAt: number;
  metadata: JsonObject;
}

/** What came of a job. */
export class JobResult {
  message: JobReply;
  processingTimeMs: number | null;
}

/** A job. */
export class JobView extends JobCreated {
  agentId: Uuid;
  userId: Uuid;
  prompt: string;
  /** Once it is completed. */
  result?: JobResult;
  /** Why it failed. */
  error?: string;
  metadata: JsonObject;
}

/** Jobs, newest first. */
export class JobList {
  jobs: JobView[];
  /** How many there are. */
  total: number;
  /** How many have the status that was asked for. */
  filtered: number;
}

/** How many jobs there are of each status. */
export class JobCounts {
  pending: number;
  processing: number;
  completed: number;
  failed: number;
  timeout: number;
}

/** How well jobs went. Rates are parts of one. */
export class JobMetrics {
  averageProcessingTimeMs: number;
  successRate: number;
  failureRate: number;
  timeoutRate: number;
}

/** How the jobs fare. */
export class JobsHealth {
  healthy: boolean;
  timestamp: number;
  totalJobs: number;
  statusCounts: JobCounts;
  metrics: JobMetrics;
  /** So many are summed up. */
  maxJobs: number;
}
