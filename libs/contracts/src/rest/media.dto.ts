import { IsString } from 'class-validator';

/** Which file is asked about. */
export class DerivedMediaQuery {
  /** Its path, as it was told when it was uploaded, such as `/media/uploads/agents/…`. */
  @IsString()
  path: string;

  /** The signature of its link, for whoever shows no key. */
  sig?: string;
}
