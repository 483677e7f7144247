package io.gpuinfer.serving;

/**
 * An exponentially weighted mean in which the last ten samples carry most of the weight. Not
 * thread-safe: its owner guards it.
 */
public final class MovingAverage {

  private static final double WEIGHT_OF_NEWEST = 0.2;

  private double mean;
  private boolean measured;

  public void add(double sample) {
    mean = measured ? mean + WEIGHT_OF_NEWEST * (sample - mean) : sample;
    measured = true;
  }

  /** The mean; 0 before the first sample. */
  public double mean() {
    return mean;
  }
}
