import { Type } from 'class-transformer';
import { IsInt, IsObject, IsOptional, Max, Min, ValidateNested } from 'class-validator';

/** A hundred years. */
const MOST_DAYS = 36_500;

/** So many at once, and as many again spread evenly over `seconds`. */
export class Rate {
  @IsInt()
  @Min(1)
  @Max(1_000_000_000)
  limit: number;

  @IsInt()
  @Min(1)
  @Max(86_400)
  seconds: number;
}

/** Whom a limit holds for: all of a tenant together, one of its keys, one person. What is left out is not limited. */
export class Rates {
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => Rate)
  tenant?: Rate;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => Rate)
  key?: Rate;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => Rate)
  user?: Rate;
}

/** How many there may be at one time. */
export class Counts {
  @IsOptional()
  @IsInt()
  @Min(0)
  tenant?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  key?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  user?: number;
}

/** How fast a tenant may go. What a plan leaves out is as in {@link DEFAULT_LIMITS}. */
export class PlanLimits {
  /** Requests to `/api`. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => Rates)
  requests?: Rates;

  /** Messages, on whichever way they come. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => Rates)
  messages?: Rates;

  /** Files, and requests that bring or make sound. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => Rates)
  uploads?: Rates;

  /** Sockets that are connected at one time. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => Counts)
  sockets?: Counts;
}

/** How much a tenant may use: per calendar month (UTC), except `storageBytes`, which is at one time. */
export class PlanQuotas {
  @IsOptional()
  @IsInt()
  @Min(0)
  messages?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  inputTokens?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  outputTokens?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  audioSeconds?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  toolCalls?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  storageBytes?: number;
}

/**
 * For how many days what is kept at least; it goes soon after. What a plan leaves out is as in {@link DEFAULT_RETENTION}.
 */
export class PlanRetention {
  /** Messages, with the turns they led to. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_DAYS)
  messages?: number;

  /** What happened in channels: who comes back after longer has to read the channel anew. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_DAYS)
  events?: number;

  /** Steps of what agents did. What is usual may be set for all workers (`LOG_RETENTION_DAYS`). */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_DAYS)
  logs?: number;

  /** The texts of prompts and answers in those steps, where an agent writes them down. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_DAYS)
  prompts?: number;

  /** Single entries of the ledger of usage. Their sums by month stay. */
  @IsOptional()
  @IsInt()
  @Min(31)
  @Max(MOST_DAYS)
  ledger?: number;

  /** Who did what. */
  @IsOptional()
  @IsInt()
  @Min(31)
  @Max(MOST_DAYS)
  audit?: number;
}

/** What is kept for a time. */
export type RetainedKind = keyof PlanRetention;

/** What is kept for how many days where a plan does not say; what stands nowhere is kept for as long as its tenant. */
export const DEFAULT_RETENTION: PlanRetention = { events: 90, logs: 30, ledger: 400, audit: 400 };

/** What is limited by rate. */
export type LimitedKind = Exclude<keyof PlanLimits, 'sockets'>;

/** What is counted in the ledger of usage. */
export type UsageKind = Exclude<keyof PlanQuotas, 'storageBytes'>;

/** Whom a limit holds for. */
export type Holder = keyof Rates;

/**
 * The limits of a plan that names none. Those of one person are ElizaOS's; a tenant's own keep one tenant from taking
 * a whole gateway.
 */
export const DEFAULT_LIMITS: Required<PlanLimits> = {
  requests: { user: { limit: 1_000, seconds: 900 }, tenant: { limit: 60_000, seconds: 60 } },
  messages: { user: { limit: 300, seconds: 60 }, tenant: { limit: 30_000, seconds: 60 } },
  uploads: { user: { limit: 50, seconds: 900 }, tenant: { limit: 6_000, seconds: 900 } },
  sockets: { user: 200, tenant: 50_000 },
};

/** What holds for a tenant whose plan has these limits: of each kind the plan's own, else the usual ones. */
export function effectiveLimits(limits: PlanLimits): Required<PlanLimits> {
  return {
    requests: { ...DEFAULT_LIMITS.requests, ...limits.requests },
    messages: { ...DEFAULT_LIMITS.messages, ...limits.messages },
    uploads: { ...DEFAULT_LIMITS.uploads, ...limits.uploads },
    sockets: { ...DEFAULT_LIMITS.sockets, ...limits.sockets },
  };
}
