package io.gpuinfer.tasks.image;

import java.util.List;

/**
 * How levels become what a model reads: {@code (level · scale − mean) / deviation}.
 *
 * @param scale of levels from 0 to 255
 * @param mean of each channel, after the scale
 * @param deviation of each channel, after the scale
 */
public record Normalization(double scale, List<Double> mean, List<Double> deviation) {

  private static final double BRIGHTEST = 255;

  public Normalization {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
  }

  /** Levels as they are, from 0 to 255. */
  public static Normalization none() {
    return levels(0, 1);
  }

  /** {@code (level − mean) / deviation}, alike for all channels. */
  public static Normalization levels(double mean, double deviation) {
    return new Normalization(
        1, List.of(mean, mean, mean), List.of(deviation, deviation, deviation));
  }

  /** {@code (level / 255 − mean) / deviation}, alike for all channels. */
  public static Normalization parts(double mean, double deviation) {
    return parts(List.of(mean, mean, mean), List.of(deviation, deviation, deviation));
  }

  /** {@code (level / 255 − mean) / deviation}. */
  public static Normalization parts(List<Double> mean, List<Double> deviation) {
    return new Normalization(1 / BRIGHTEST, mean, deviation);
  }

  /**
   * Adds it to a graph, as one multiplication and one subtraction.
   *
   * @param from levels
   * @param output what to call the result
   * @param shape that of a constant that has a value for each channel
   */
  public void addTo(GraphBuilder graph, String from, String output, long... shape) {
    float[] factor = new float[mean.size()];
    float[] shift = new float[mean.size()];
    for (int channel = 0; channel < factor.length; channel++) {
      factor[channel] = (float) (scale / deviation.get(channel));
      shift[channel] = (float) (mean.get(channel) / deviation.get(channel));
    }
    graph.constant(output + ".factor", factor, shape);
    graph.constant(output + ".shift", shift, shape);
    graph.node("Mul", output + ".scaled", from, output + ".factor");
    graph.node("Sub", output, output + ".scaled", output + ".shift");
  }
}
