package io.gpuinfer.tasks.image.edit;

import io.gpuinfer.tasks.image.GraphBuilder;
import io.gpuinfer.tasks.image.Levels;
import java.util.Map;

/**
 * Brings colours nearer to others or farther from them, as Pillow's {@code ImageEnhance} does: 0
 * gives the others, 1 the picture, more than 1 the opposite of the others.
 *
 * @param toward which others
 * @param factor how much is kept of the distance
 */
record ColorStep(Toward toward, double factor) implements Step {

  /** Which colours to go to. */
  enum Toward {
    /** For the brightness. */
    BLACK,
    /** The gray of each pixel, for the saturation. */
    OWN_GRAY,
    /** The mean gray of the picture, for the contrast. */
    MEAN_GRAY
  }

  /** ITU-R BT.601, as JPEG and Pillow take it. */
  private static final float[] LUMA = {0.299f, 0.587f, 0.114f};

  @Override
  public String addTo(GraphBuilder graph, String from, String name) {
    graph.constant(name + ".factor", new float[] {(float) factor});
    String kept = graph.node("Mul", name + ".kept", from, name + ".factor");
    String mixed =
        switch (toward) {
          case BLACK -> kept;
          case OWN_GRAY -> plusGray(graph, kept, gray(graph, from, name, 1), name);
          case MEAN_GRAY -> plusGray(graph, kept, mean(graph, from, name), name);
        };
    return Levels.clip(graph, mixed, name);
  }

  private String plusGray(GraphBuilder graph, String kept, String gray, String name) {
    graph.constant(name + ".share", new float[] {(float) (1 - factor)});
    graph.node("Mul", name + ".others", gray, name + ".share");
    return graph.node("Add", name + ".mixed", kept, name + ".others");
  }

  private static String mean(GraphBuilder graph, String from, String name) {
    return graph.node("Round", name + ".whole", gray(graph, from, name, 1, 2, 3));
  }

  /** The gray of each pixel, or its mean over more axes than that of the channels. */
  private static String gray(GraphBuilder graph, String from, String name, long... axes) {
    float[] weights = new float[LUMA.length];
    for (int channel = 0; channel < weights.length; channel++) {
      weights[channel] = LUMA.length * LUMA[channel];
    }
    graph.constant(name + ".luma", weights, 1, LUMA.length, 1, 1);
    graph.constant(name + ".axes", axes, axes.length);
    graph.node("Mul", name + ".weighed", from, name + ".luma");
    return graph.node(
        "ReduceMean", name + ".gray", Map.of("keepdims", 1L), name + ".weighed", name + ".axes");
  }
}
