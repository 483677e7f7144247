package io.gpuinfer.tasks.image.edit;

import io.gpuinfer.tasks.image.GraphBuilder;

/**
 * Mirrors the picture.
 *
 * @param axis of [1, 3, rows, columns]: 2 puts the bottom on top, 3 the right on the left
 */
record FlipStep(int axis) implements Step {

  @Override
  public String addTo(GraphBuilder graph, String from, String name) {
    return reverse(graph, from, name, axis);
  }

  static String reverse(GraphBuilder graph, String from, String name, int axis) {
    graph.constant(name + ".starts", new long[] {-1}, 1);
    graph.constant(name + ".ends", new long[] {Integer.MIN_VALUE}, 1);
    graph.constant(name + ".axes", new long[] {axis}, 1);
    graph.constant(name + ".steps", new long[] {-1}, 1);
    return graph.node(
        "Slice", name, from, name + ".starts", name + ".ends", name + ".axes", name + ".steps");
  }
}
