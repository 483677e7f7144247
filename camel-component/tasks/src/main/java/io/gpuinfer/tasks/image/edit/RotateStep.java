package io.gpuinfer.tasks.image.edit;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.image.GraphBuilder;
import java.util.Map;

/**
 * Turns the picture clockwise by any angle, on a canvas that holds all of it; what is beyond its
 * edges is white. Pixels are taken bilinearly.
 *
 * @param degrees by how much
 */
record RotateStep(double degrees) implements Step {

  /** A canvas must not grow by a row for a rounding error. */
  private static final double TOLERANCE = 1e-6;

  @Override
  public String addTo(GraphBuilder graph, String from, String name) {
    graph.input(name + ".columns", DataType.FLOAT32, 1, 1, name + ".width", 2);
    graph.input(name + ".rows", DataType.FLOAT32, 1, name + ".height", 1, 2);
    graph.node("Add", name + ".grid", name + ".columns", name + ".rows");
    // GridSample takes zeros for what is beyond the edges; below white by nothing is white.
    graph.constant(name + ".white", new float[] {255});
    graph.node("Sub", name + ".below", from, name + ".white");
    graph.node(
        "GridSample",
        name + ".turned",
        Map.of("mode", "bilinear", "padding_mode", "zeros", "align_corners", 0L),
        name + ".below",
        name + ".grid");
    return graph.node("Add", name, name + ".turned", name + ".white");
  }

  /** Where a pixel is taken from is a sum of what its column and its row say. */
  @Override
  public Map<String, Tensor> inputs(Size before, String name) {
    Size after = sizeAfter(before);
    double cos = Math.cos(Math.toRadians(degrees));
    double sin = Math.sin(Math.toRadians(degrees));
    float[] columns = new float[2 * after.width()];
    for (int x = 0; x < after.width(); x++) {
      double right = x + 0.5 - after.width() / 2.0;
      columns[2 * x] = (float) (2 * cos * right / before.width());
      columns[2 * x + 1] = (float) (-2 * sin * right / before.height());
    }
    float[] rows = new float[2 * after.height()];
    for (int y = 0; y < after.height(); y++) {
      double down = y + 0.5 - after.height() / 2.0;
      rows[2 * y] = (float) (2 * sin * down / before.width());
      rows[2 * y + 1] = (float) (2 * cos * down / before.height());
    }
    return Map.of(
        name + ".columns", Tensor.wrap(columns, 1, 1, after.width(), 2),
        name + ".rows", Tensor.wrap(rows, 1, after.height(), 1, 2));
  }

  @Override
  public Size sizeAfter(Size before) {
    double cos = Math.abs(Math.cos(Math.toRadians(degrees)));
    double sin = Math.abs(Math.sin(Math.toRadians(degrees)));
    return new Size(
        (int) Math.ceil(before.width() * cos + before.height() * sin - TOLERANCE),
        (int) Math.ceil(before.width() * sin + before.height() * cos - TOLERANCE));
  }
}
