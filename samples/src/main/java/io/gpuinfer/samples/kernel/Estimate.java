package io.gpuinfer.samples.kernel;

import org.apache.camel.Body;

/**
 * The mean of independent means, and how far it may be off.
 *
 * @param value the mean
 * @param standardError standard deviation of it, as its parts show
 */
public record Estimate(double value, double standardError) {

  /** The mean of what the work items of {@link OptionPrice} have found. */
  public static Estimate of(@Body float[] means) {
    double sum = 0;
    for (float mean : means) {
      sum += mean;
    }
    double value = sum / means.length;
    double squares = 0;
    for (float mean : means) {
      squares += (mean - value) * (mean - value);
    }
    return new Estimate(value, Math.sqrt(squares / (means.length - 1.0) / means.length));
  }
}
