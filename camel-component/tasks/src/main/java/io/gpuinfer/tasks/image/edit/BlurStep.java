package io.gpuinfer.tasks.image.edit;

import io.gpuinfer.tasks.image.GraphBuilder;
import java.util.List;
import java.util.Map;

/**
 * Blurs the picture by a Gaussian, along rows and then along columns. Beyond an edge, the edge's
 * colour goes on.
 *
 * @param sigma the Gaussian's standard deviation in pixels
 */
record BlurStep(double sigma) implements Step {

  private static final int CHANNELS = 3;

  /** Beyond three deviations is less than a three hundredth. */
  private static final int DEVIATIONS = 3;

  @Override
  public String addTo(GraphBuilder graph, String from, String name) {
    int radius = radius();
    long[] pads = {0, 0, radius, radius, 0, 0, radius, radius};
    graph.constant(name + ".pads", pads, pads.length);
    graph.node("Pad", name + ".padded", Map.of("mode", "edge"), from, name + ".pads");
    float[] weights = weights();
    graph.constant(name + ".across", weights, CHANNELS, 1, 1, weights.length / CHANNELS);
    graph.constant(name + ".down", weights, CHANNELS, 1, weights.length / CHANNELS, 1);
    Map<String, Object> each = Map.of("group", (long) CHANNELS, "pads", List.of(0L, 0L, 0L, 0L));
    graph.node("Conv", name + ".rows", each, name + ".padded", name + ".across");
    return graph.node("Conv", name, each, name + ".rows", name + ".down");
  }

  @Override
  public long mostPixels(Size before) {
    int margins = 2 * radius();
    return (long) (before.width() + margins) * (before.height() + margins);
  }

  private int radius() {
    return (int) Math.ceil(DEVIATIONS * sigma);
  }

  /** The same for each channel. */
  private float[] weights() {
    int radius = radius();
    int taps = 2 * radius + 1;
    double sum = 0;
    for (int i = -radius; i <= radius; i++) {
      sum += gauss(i);
    }
    float[] weights = new float[CHANNELS * taps];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (gauss(i % taps - radius) / sum);
    }
    return weights;
  }

  private double gauss(int distance) {
    return Math.exp(-distance * distance / (2 * sigma * sigma));
  }
}
