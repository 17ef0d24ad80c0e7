// Loaded into a process whose clock is to be wrong: by CLOCK_SKEW_MS, for everything that asks for the time of day.
const skew = Number(process.env.CLOCK_SKEW_MS ?? 0);
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + skew);
    else super(...given);
  }

  static now() {
    return RealDate.now() + skew;
  }
};
