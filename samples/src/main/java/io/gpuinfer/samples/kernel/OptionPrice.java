package io.gpuinfer.samples.kernel;

import com.aparapi.Kernel;
import com.aparapi.Range;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.kernel.Input;
import io.gpuinfer.engine.kernel.Output;
import io.gpuinfer.engine.kernel.RouteKernel;

/**
 * What a European call option is worth, by simulation: the price of the share at the end is drawn
 * after geometric Brownian motion, and each work item answers with the mean of the discounted
 * payoffs of its paths.
 *
 * <p>Random numbers come from a counter and a key, so each path has its own and any device draws
 * the same: Widynski, "Squares: a Fast Counter-Based RNG", 2020, and from two of them a normally
 * distributed number by Box and Muller.
 */
public class OptionPrice extends Kernel implements RouteKernel {

  private static final int MOST_PATHS = 1 << 30;

  /** The price of the share now. */
  @Input protected float spot;

  /** The price at which the option lets buy it. */
  @Input protected float strike;

  /** Interest without risk, a year: 0.05 for 5%. */
  @Input protected float rate;

  /** Standard deviation of the logarithm of the price, after a year. */
  @Input protected float volatility;

  /** Until the option can be used. */
  @Input protected float years;

  @Input protected int items;
  @Input protected int pathsPerItem;
  @Input protected int seed;

  @Output protected float[] means;

  protected long key;
  protected float drift;
  protected float deviation;
  protected float discount;

  @Override
  public Range prepare() {
    if (items < 1 || pathsPerItem < 1 || (long) items * pathsPerItem > MOST_PATHS) {
      throw new InvalidInputException("There may be from 1 to %d paths".formatted(MOST_PATHS));
    }
    if (!(spot > 0 && strike > 0 && volatility > 0 && years > 0)) {
      throw new InvalidInputException("spot, strike, volatility and years must be above 0");
    }
    key = (2L * seed + 1) * 0x9E37_79B9_7F4A_7C15L; // odd, with about as many ones as zeros
    drift = (rate - volatility * volatility / 2) * years;
    deviation = (float) (volatility * Math.sqrt(years));
    discount = (float) Math.exp(-rate * years);
    means = new float[items];
    return Range.create(items);
  }

  @Override
  public void run() {
    int item = getGlobalId();
    float sum = 0;
    for (int path = 0; path < pathsPerItem; path++) {
      long counter = 2L * ((long) item * pathsPerItem + path);
      float radius = sqrt(-2f * log(uniform(counter)));
      float normal = radius * cos(6.2831855f * uniform(counter + 1));
      sum += max(0f, spot * exp(drift + deviation * normal) - strike);
    }
    means[item] = discount * sum / pathsPerItem;
  }

  /** Above 0 and below 1. */
  protected float uniform(long counter) {
    return ((squares(counter) >>> 9) + 0.5f) / 8388608f;
  }

  /** 32 random bits: the middle of squares, four times. */
  protected int squares(long counter) {
    long x = counter * key;
    long y = x;
    long z = y + key;
    x = x * x + y;
    x = (x >>> 32) | (x << 32);
    x = x * x + z;
    x = (x >>> 32) | (x << 32);
    x = x * x + y;
    x = (x >>> 32) | (x << 32);
    return (int) ((x * x + z) >>> 32);
  }
}
